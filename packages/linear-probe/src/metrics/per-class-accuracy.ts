import {findClasses} from '../features.js';
import {checkScored} from './checks.js';

/** How one class did. */
export interface ClassAccuracy {
  /** The class. */
  readonly label: number;
  /** How many labels are of it, at least one. */
  readonly rows: number;
  /** The fraction of them that was predicted, in [0, 1]. */
  readonly accuracy: number;
}

/**
 * The accuracy of each class that occurs in `labels`, in ascending order of the classes. A class that only predictions
 * have is not there: nothing says how often it would be found.
 *
 * @throws RangeError when the lengths differ or are 0.
 */
export function perClassAccuracy(predictions: Int32Array, labels: Int32Array): readonly ClassAccuracy[] {
  checkScored('perClassAccuracy', predictions, labels);
  return classAccuracies(predictions, labels);
}

function classAccuracies(predictions: Int32Array, labels: Int32Array): readonly ClassAccuracy[] {
  const {classes, positions} = findClasses(labels);
  const right = new Float64Array(classes.length);
  const rows = new Float64Array(classes.length);
  for (let i = 0; i < labels.length; i++) {
    rows[positions[i]]++;
    if (predictions[i] === labels[i]) right[positions[i]]++;
  }
  return Array.from(classes, (label, c) => ({label, rows: rows[c], accuracy: right[c] / rows[c]}));
}

/**
 * The mean of `perClassAccuracy`, in [0, 1]: the measure for unbalanced data sets. Over the classes that occur in
 * `labels`, as scikit-learn's `balanced_accuracy_score`; how many these are, `perClassAccuracy` says.
 *
 * @throws RangeError when the lengths differ or are 0.
 */
export function meanPerClassAccuracy(predictions: Int32Array, labels: Int32Array): number {
  checkScored('meanPerClassAccuracy', predictions, labels);
  const found = classAccuracies(predictions, labels);
  return found.reduce((sum, one) => sum + one.accuracy, 0) / found.length;
}
