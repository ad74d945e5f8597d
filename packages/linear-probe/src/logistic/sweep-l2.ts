import {callable, checkOptions, type Rules} from '@contrastive/internal';
import {requireBackend} from '@contrastive/layers';
import {
  checkClasses,
  checkColumns,
  checkLabelled,
  countUnknown,
  findClasses,
  stackRows,
  type Features,
} from '../features.js';
import {
  endingRules,
  fitLogistic,
  largestLogit,
  modelLogits,
  type Ending,
  type LogisticModel,
} from './logistic-regression.js';
import {accuracy} from '../metrics/accuracy.js';
import {followPath, gridRule, paperL2Grid, type SweepTrial} from './penalty-path.js';

/** Settings of `sweepL2`. */
export interface SweepL2Options extends Ending {
  /** Penalties to try, in any order; `paperL2Grid` by default. */
  readonly l2Grid?: readonly number[];
  /** What is chosen by, the higher the better; `accuracy` by default, `meanPerClassAccuracy` for unbalanced sets. */
  readonly metric?: (predictions: Int32Array, labels: Int32Array) => number;
  /** Called after each penalty. */
  readonly onTrial?: (trial: SweepTrial) => void;
}

/** What `sweepL2` found. */
export interface SweepL2Result {
  /** The classifier of the chosen penalty, fitted to training and validation rows together. */
  readonly model: LogisticModel;
  /** The chosen penalty. */
  readonly l2: number;
  /** How each penalty did, from the strongest on. */
  readonly trials: readonly SweepTrial[];
  /** Validation rows whose class no training row has; each trial has them wrong. */
  readonly unknownRows: number;
}

const rules: Rules<SweepL2Options> = {...endingRules, l2Grid: gridRule, metric: callable, onTrial: callable};

/**
 * Chooses the penalty of a logistic regression by the papers' protocol for transfer (Chen et al. 2020,
 * arXiv:2002.05709, appendix B.8.1): fits the training rows with each penalty, from the strongest to the weakest, each
 * from where the last ended; takes the one whose predictions of the validation rows are best by `metric`, of equally
 * good ones the strongest; and fits training and validation rows together with it. Test rows are the caller's, to look
 * at once.
 *
 * Paper: of the scale of features it says nothing. Here: standardise them first, by the training rows, so that a
 * penalty means the same for encoders of any scale.
 *
 * @throws TypeError without labels; RangeError for options out of range, sizes that do not fit, numbers that are not
 * finite, training rows of one class, or a metric that is not finite.
 * @example
 * const {model, l2} = await sweepL2(train, validation, {metric: meanPerClassAccuracy});
 * console.log(l2, meanPerClassAccuracy(await predict(model, test), test.labels));
 */
export async function sweepL2(
  train: Features,
  validation: Features,
  options: SweepL2Options = {},
): Promise<SweepL2Result> {
  checkOptions('sweepL2', options, rules);
  requireBackend('sweepL2');
  const given = checkLabelled('sweepL2', 'train', train);
  const judged = checkLabelled('sweepL2', 'validation', validation);
  checkColumns('sweepL2', 'validation', validation, train.columns);
  const known = checkClasses('sweepL2', 'train', given);
  const {l2Grid = paperL2Grid, metric = accuracy, onTrial, ...ending} = options;
  const {best, trials} = await followPath<LogisticModel>('sweepL2', l2Grid, {
    fit: (l2, initial) => fitLogistic(given, known, {...ending, l2, initial}),
    judge: async model => metric(largestLogit(await modelLogits(model, judged), model.classes), judged.labels),
    onTrial,
  });
  const both = stackRows(given, judged);
  const labels = new Int32Array(both.rows);
  labels.set(given.labels);
  labels.set(judged.labels, given.rows);
  const all = findClasses(labels);
  const initial = all.classes.length === known.classes.length ? best : undefined; // of the same classes
  const model = await fitLogistic(both, all, {...ending, l2: best.l2, initial});
  return {model, l2: best.l2, trials, unknownRows: countUnknown(judged.labels, known.classes)};
}
