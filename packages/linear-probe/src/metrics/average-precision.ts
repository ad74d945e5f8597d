import {checkOptions, checkValue, choice, required, type Rule, type Rules} from '@contrastive/internal';
import {checkMarks, checkNumbers, marksRule} from './checks.js';

/**
 * Which number is called average precision, from precision and recall at each score:
 *
 * - `'11-point'`: the mean over the recalls 0, 0.1, … 1 of the highest precision at that recall or a higher one; VOC
 *   2007 (Everingham et al. 2010, International Journal of Computer Vision 88, section 4.2).
 * - `'area'`: the area under the highest precision at each recall or a higher one; VOC from 2010 on (`VOCap.m`), and
 *   what VISSL's `calculate_ap` gives on VOC 2007.
 * - `'step'`: the sum of precision times the rise in recall, nothing made higher; scikit-learn's
 *   `average_precision_score`.
 */
export type AveragePrecisionForm = '11-point' | 'area' | 'step';

/** Settings of `averagePrecision`. */
export interface AveragePrecisionOptions {
  /** Which of the numbers; they differ, so it must be said. */
  readonly form: AveragePrecisionForm;
  /** 1 where a row is left out, as VOC's "difficult" images are, `[rows]`; none by default. */
  readonly difficult?: ArrayLike<number>;
}

/** What a form may be. */
export const formRule: Rule = required(choice('11-point', 'area', 'step'));

const rules: Rules<AveragePrecisionOptions> = {form: formRule, difficult: marksRule};

/**
 * How well scores rank the relevant rows before the others, in [0, 1].
 *
 * Equal scores are one threshold, as in scikit-learn: the order of the rows changes nothing. VOC's own code and VISSL's
 * rank them one by one in an order that nothing defines. Recall reaches the eleven points by exact comparison: rounding
 * lets 0.1 · 3 lie above 3 / 10 elsewhere.
 *
 * @param scores The higher the likelier, `[rows]`.
 * @param relevant 1 for the rows to find, 0 for the others, `[rows]`.
 * @throws TypeError for anything but numbers; RangeError for a score that is not finite, marks other than 0 and 1,
 * lengths that differ, or no relevant row that counts: nothing says how well it would be found.
 * @example
 * averagePrecision([0.9, 0.8, 0.3], [1, 0, 1], {form: '11-point'});
 */
export function averagePrecision(
  scores: ArrayLike<number>,
  relevant: ArrayLike<number>,
  options: AveragePrecisionOptions,
): number {
  checkOptions('averagePrecision', options, rules);
  const {form, difficult} = options;
  checkNumbers('averagePrecision', 'scores', scores);
  checkMarks('averagePrecision', 'relevant', relevant, scores.length);
  if (difficult !== undefined) checkMarks('averagePrecision', 'difficult', difficult, scores.length);
  const counted = (mark: 0 | 1) => {
    const kept = new Float64Array(scores.length);
    let count = 0;
    for (let i = 0; i < scores.length; i++) if (relevant[i] === mark && difficult?.[i] !== 1) kept[count++] = scores[i];
    return kept.subarray(0, count);
  };
  const hits = counted(1);
  checkValue('averagePrecision', 'the number of relevant rows', hits.length, {
    expected: 'at least one',
    judge: () => (hits.length > 0 ? undefined : 'value'),
    advice: 'leave the class out',
  });
  return precisionOf(hits, counted(0), form);
}

/**
 * Average precision from the scores of the relevant rows, at least one, and of the others; sorts both.
 *
 * Only the scores of relevant rows matter: at those between them recall is the same and precision lower.
 */
export function precisionOf(hits: Float64Array, others: Float64Array, form: AveragePrecisionForm): number {
  hits.sort();
  others.sort();
  const total = hits.length;
  const found: number[] = []; // relevant rows from the first threshold on
  const precision: number[] = [];
  let left = others.length; // others below the threshold
  for (let hit = total; hit > 0;) {
    const threshold = hits[hit - 1];
    while (hit > 0 && hits[hit - 1] >= threshold) hit--;
    while (left > 0 && others[left - 1] >= threshold) left--;
    found.push(total - hit);
    precision.push((total - hit) / (total - hit + others.length - left));
  }
  // The highest precision at this recall or a higher one.
  if (form !== 'step')
    for (let i = precision.length - 2; i >= 0; i--) precision[i] = Math.max(precision[i], precision[i + 1]);
  if (form !== '11-point') {
    return precision.reduce((sum, p, i) => sum + p * (found[i] - (i > 0 ? found[i - 1] : 0)), 0) / total;
  }
  let sum = 0;
  for (let point = 0, i = 0; point <= 10; point++) {
    while (10 * found[i] < point * total) i++;
    sum += precision[i];
  }
  return sum / 11;
}
