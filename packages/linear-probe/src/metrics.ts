import {checkValue, integer, list} from '@contrastive/internal';
import {findClasses} from './features.js';

function checkScored(where: string, predictions: Int32Array, labels: Int32Array): void {
  checkValue(where, 'predictions', predictions, list(integer()));
  checkValue(where, 'labels', labels, list(integer()));
  if (labels.length > 0 && predictions.length === labels.length) return;
  throw new RangeError(
    `${where}: expected as many predictions as labels, and at least one, got ${predictions.length} and ` +
      `${labels.length}.`,
  );
}

/**
 * The fraction of predictions that equal their label, in [0, 1].
 *
 * @throws RangeError when the lengths differ or are 0.
 */
export function accuracy(predictions: Int32Array, labels: Int32Array): number {
  checkScored('accuracy', predictions, labels);
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (predictions[i] === labels[i]) right++;
  return right / labels.length;
}

/**
 * The accuracy of each class that occurs in `labels`, averaged over these classes, in [0, 1]: the measure for
 * unbalanced data sets.
 *
 * @throws RangeError when the lengths differ or are 0.
 */
export function meanPerClassAccuracy(predictions: Int32Array, labels: Int32Array): number {
  checkScored('meanPerClassAccuracy', predictions, labels);
  const {classes, positions} = findClasses(labels);
  const right = new Float64Array(classes.length);
  const count = new Float64Array(classes.length);
  for (let i = 0; i < labels.length; i++) {
    count[positions[i]]++;
    if (predictions[i] === labels[i]) right[positions[i]]++;
  }
  return right.reduce((sum, n, c) => sum + n / count[c], 0) / classes.length;
}
