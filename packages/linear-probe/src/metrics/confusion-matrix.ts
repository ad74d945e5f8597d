import {checkOptions, show, type Rules} from '@contrastive/internal';
import {checkScored, integersRule} from './checks.js';

/** Settings of `confusionMatrix`. */
export interface ConfusionMatrixOptions {
  /** The classes of rows and columns, in this order; by default all that labels or predictions have, ascending. */
  readonly classes?: Int32Array;
}

/** What was taken for what. */
export interface ConfusionMatrix {
  /** The class of each row and column, `[c]`. */
  readonly classes: Int32Array;
  /** How many images of the row's class were predicted to be of the column's, `[c, c]`, row after row. */
  readonly counts: Int32Array;
}

const rules: Rules<ConfusionMatrixOptions> = {classes: integersRule};

/**
 * Counts how often each class was taken for each; as scikit-learn's `confusion_matrix`, a row a label, a column a
 * prediction. A class that only one side has is a row or column of zeros.
 *
 * @throws RangeError when the lengths differ or are 0, or when a label or prediction is none of the given classes.
 */
export function confusionMatrix(
  predictions: Int32Array,
  labels: Int32Array,
  options: ConfusionMatrixOptions = {},
): ConfusionMatrix {
  checkOptions('confusionMatrix', options, rules);
  checkScored('confusionMatrix', predictions, labels);
  const {classes = Int32Array.from(new Set([...labels, ...predictions])).sort()} = options;
  const position = new Map(Array.from(classes, (label, c) => [label, c]));
  const find = (name: string, values: Int32Array, i: number): number => {
    const found = position.get(values[i]);
    if (found !== undefined) return found;
    throw new RangeError(
      `confusionMatrix: expected classes among ${show(Array.from(classes))} as ${name}, got ${values[i]} at ` +
        `position ${i}; add it to classes.`,
    );
  };
  const counts = new Int32Array(classes.length ** 2);
  for (let i = 0; i < labels.length; i++) {
    counts[find('labels', labels, i) * classes.length + find('predictions', predictions, i)]++;
  }
  return {classes: Int32Array.from(classes), counts};
}
