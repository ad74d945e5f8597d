import {checkOptions, type Rules} from '@contrastive/internal';
import {formRule, precisionOf, type AveragePrecisionForm} from './average-precision.js';
import {checkNumbers} from './checks.js';
import {checkLabelMatrix, type LabelMatrix} from './label-matrix.js';

/** Settings of `meanAveragePrecision` and `perClassAveragePrecision`. */
export interface MeanAveragePrecisionOptions {
  /** Which number is called average precision; VOC 2007 is reported as `'11-point'`, by VISSL as `'area'`. */
  readonly form: AveragePrecisionForm;
}

/** How one class did. */
export interface ClassAveragePrecision {
  /** The class: its column. */
  readonly label: number;
  /** Rows of it that count, at least one. */
  readonly rows: number;
  /** Its average precision, in [0, 1]. */
  readonly averagePrecision: number;
}

const rules: Rules<MeanAveragePrecisionOptions> = {form: formRule};

/**
 * The average precision of each class, by its column of the scores, in the order of the columns. A class without a
 * relevant row that counts is not there: nothing says how well it would be found.
 *
 * @param scores The higher the likelier, `[rows, classCount]`.
 * @throws TypeError for anything but numbers; RangeError for scores that are not finite, marks other than 0 and 1, or
 * sizes that do not fit.
 */
export function perClassAveragePrecision(
  scores: ArrayLike<number>,
  labels: LabelMatrix,
  options: MeanAveragePrecisionOptions,
): readonly ClassAveragePrecision[] {
  return ofClasses('perClassAveragePrecision', scores, labels, options);
}

/**
 * The mean of `perClassAveragePrecision`, in [0, 1]: mAP, the measure for images of several classes. Over the classes
 * that have a relevant row; how many these are, `perClassAveragePrecision` says.
 *
 * @param scores The higher the likelier, `[rows, classCount]`.
 * @throws TypeError for anything but numbers; RangeError for scores that are not finite, marks other than 0 and 1,
 * sizes that do not fit, or where no class has a relevant row.
 * @example
 * meanAveragePrecision(await predictScores(model, test), {relevant, classCount: 20}, {form: '11-point'});
 */
export function meanAveragePrecision(
  scores: ArrayLike<number>,
  labels: LabelMatrix,
  options: MeanAveragePrecisionOptions,
): number {
  const found = ofClasses('meanAveragePrecision', scores, labels, options);
  if (found.length > 0) return found.reduce((sum, one) => sum + one.averagePrecision, 0) / found.length;
  throw new RangeError(
    'meanAveragePrecision: expected a relevant row of some class as labels.relevant, got none that counts.',
  );
}

function ofClasses(
  where: string,
  scores: ArrayLike<number>,
  labels: LabelMatrix,
  options: MeanAveragePrecisionOptions,
): readonly ClassAveragePrecision[] {
  checkOptions(where, options, rules);
  checkNumbers(where, 'scores', scores);
  const rows = checkLabelMatrix(where, 'labels', labels);
  const {relevant, classCount, difficult} = labels;
  if (scores.length !== rows * classCount) {
    throw new RangeError(
      `${where}: expected scores [${rows}, ${classCount}], as the labels, as scores, got ${scores.length}.`,
    );
  }
  const sides = [new Float64Array(rows), new Float64Array(rows)]; // scores of the others and of the relevant rows
  return Array.from({length: classCount}, (_, label) => {
    const counts = [0, 0];
    for (let i = label; i < scores.length; i += classCount) {
      if (difficult?.[i] !== 1) sides[relevant[i]][counts[relevant[i]]++] = scores[i];
    }
    const [others, hits] = sides.map((side, mark) => side.subarray(0, counts[mark]));
    const precision = hits.length > 0 ? precisionOf(hits, others, options.form) : NaN;
    return {label, rows: hits.length, averagePrecision: precision};
  }).filter(({rows}) => rows > 0);
}
