import {checkOptions, checkValue, integer, required, type Rules} from '@contrastive/internal';
import {checkNumbers, integersRule} from './checks.js';

/** Settings of `topKAccuracy`. */
export interface TopKOptions {
  /** How many answers count; from 1 to the number of classes. */
  readonly k: number;
  /** The class of each column, `[c]`, as a model's `classes`; by default the columns are the classes 0 to c − 1. */
  readonly classes?: Int32Array;
}

const rules: Rules<TopKOptions> = {k: required(integer({least: 1})), classes: integersRule};

/** How many columns the scores have. */
function columnsOf(scores: ArrayLike<number>, rows: number, classes: Int32Array | undefined): number {
  const columns = classes?.length ?? scores.length / rows;
  if (rows > 0 && columns >= 1 && Number.isInteger(columns) && scores.length === rows * columns) return columns;
  const shape = classes ? `[${rows}, ${columns}]` : `[${rows}, classes], at least one of both,`;
  throw new RangeError(`topKAccuracy: expected scores ${shape} as scores, got ${scores.length}.`);
}

/**
 * The fraction of rows whose class has one of the `k` highest scores, in [0, 1]. Of equal scores the earlier column
 * ranks first, as `predict` answers, so that top-1 is the accuracy of `predict`; scikit-learn's `top_k_accuracy_score`,
 * which this equals on scores without ties, ranks the later first. A row whose label is none of the given `classes`, as
 * one that training lacked, counts as wrong; a class that no label is of changes nothing.
 *
 * @param scores Such as logits, `[rows, c]`, the higher the likelier.
 * @param labels `[rows]`.
 * @throws TypeError for anything but numbers; RangeError when sizes do not fit, a score is not finite, `k` is more than
 * the classes, or, without `classes`, a label is none of 0 to c − 1.
 * @example
 * const {classes} = model;
 * topKAccuracy(await predictScores(model, test), test.labels, {k: 5, classes});
 */
export function topKAccuracy(scores: ArrayLike<number>, labels: Int32Array, options: TopKOptions): number {
  checkOptions('topKAccuracy', options, rules);
  checkNumbers('topKAccuracy', 'scores', scores);
  checkValue('topKAccuracy', 'labels', labels, integersRule);
  const {k, classes} = options;
  const columns = columnsOf(scores, labels.length, classes);
  checkValue('topKAccuracy', 'k', k, integer({least: 1, most: columns}));
  if (!classes) checkColumnLabels(labels, columns);
  const position = classes && new Map(Array.from(classes, (label, c) => [label, c]));
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    const own = position ? position.get(labels[i]) : labels[i];
    if (own !== undefined && rankOf(scores, i * columns, columns, own) < k) right++;
  }
  return right / labels.length;
}

/** Throws unless every label is a column of the scores. */
function checkColumnLabels(labels: Int32Array, columns: number): void {
  const wrong = labels.findIndex(label => label < 0 || label >= columns);
  if (wrong < 0) return;
  throw new RangeError(
    `topKAccuracy: expected columns of the scores, 0 to ${columns - 1}, as labels, got ${labels[wrong]} at position ` +
      `${wrong}; give {classes}, the class of each column.`,
  );
}

/** How many columns of a row, which begins at `row`, come before one of them. */
function rankOf(scores: ArrayLike<number>, row: number, columns: number, column: number): number {
  const score = scores[row + column];
  let before = 0;
  for (let c = 0; c < columns; c++) if (scores[row + c] > score || (scores[row + c] === score && c < column)) before++;
  return before;
}
