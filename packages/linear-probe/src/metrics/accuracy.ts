import {checkScored} from './checks.js';

/**
 * The fraction of predictions that equal their label, in [0, 1]: top-1 accuracy.
 *
 * @throws RangeError when the lengths differ or are 0.
 */
export function accuracy(predictions: Int32Array, labels: Int32Array): number {
  checkScored('accuracy', predictions, labels);
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (predictions[i] === labels[i]) right++;
  return right / labels.length;
}
