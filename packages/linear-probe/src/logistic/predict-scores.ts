import {checkValue} from '@contrastive/internal';
import {requireBackend} from '@contrastive/layers';
import {checkColumns, checkFeatures, type Features} from '../features.js';
import {linearRule, type LinearScores} from './fit-linear.js';
import {modelLogits} from './logistic-regression.js';

/**
 * The scores of each row, `[rows, c]`: the logits of `logisticRegression`, in the order of its `classes`, or the
 * log-odds of `oneVsRest`; for `topKAccuracy` and `meanAveragePrecision`. The features must be standardised as those
 * that the model was fitted to.
 *
 * @throws TypeError or RangeError when the features do not fit the model or are not finite.
 */
export async function predictScores(model: LinearScores, features: Features): Promise<Float32Array> {
  checkValue('predictScores', 'model', model, linearRule);
  requireBackend('predictScores');
  checkFeatures('predictScores', 'features', features);
  checkColumns('predictScores', 'features', features, model.columns);
  return modelLogits(model, features);
}
