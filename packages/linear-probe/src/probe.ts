import {labelSubset} from '@contrastive/data';
import {
  callable,
  checkOptions,
  checkValue,
  integer,
  list,
  narrowed,
  number,
  required,
  type Rules,
} from '@contrastive/internal';
import {requireBackend} from '@contrastive/layers';
import {chooseL2, type HeldOut, type L2Trial} from './logistic/choose-l2.js';
import {checkClasses, checkColumns, checkLabelled, countUnknown, selectRows, type Features} from './features.js';
import {
  endingRules,
  logisticRegression,
  predict,
  type LogisticRegressionOptions,
} from './logistic/logistic-regression.js';
import {accuracy} from './metrics/index.js';
import {standardise} from './standardise.js';

/**
 * The penalties that `probe` tries by default, 1 … 1e-5. Paper (Chen et al. 2020, arXiv:2002.05709, B.8): 45 values
 * from 1e-6 to 1e5. Here: one a decade, from where features of Fashion-MNIST are underfitted to where they are
 * overfitted.
 */
export const defaultL2Grid: readonly number[] = [1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5];

/** Settings of `probe`. */
export interface ProbeOptions extends Pick<LogisticRegressionOptions, 'tolerance' | 'maxIterations'> {
  /** Numbers of labels to learn from, each a `labelSubset` of the training rows. All labels by default. */
  readonly labelCounts?: readonly number[];
  /** Penalties to try, in any order; `defaultL2Grid` by default. */
  readonly l2Grid?: readonly number[];
  /** Draws the labels that are given, and those of them that are held out; any integer. */
  readonly seed: number;
  /** Called after each number of labels. */
  readonly onProgress?: (result: ProbeResult) => void;
}

/** What the features are worth with a number of labels. */
export interface ProbeResult {
  /** Number of labels. */
  readonly labelCount: number;
  /** Fraction of the test rows whose class was found, in [0, 1]. */
  readonly accuracy: number;
  /** The class that each test row was taken for, `[rows]`. */
  readonly predictions: Int32Array;
  /** The penalty that was chosen. */
  readonly l2: number;
  /** How each penalty did on the held-out fifth, from the strongest on; none when the grid has one value. */
  readonly trials: readonly L2Trial[];
  /** The rows of that fifth and their classes; none when the grid has one value. */
  readonly heldOut: HeldOut;
  /** Classes of the training rows, one of which each answer is. */
  readonly classCount: number;
  /** Test rows whose class is none of these; they count as wrong. */
  readonly unknownRows: number;
  /** Whether the last fit reached its tolerance. */
  readonly converged: boolean;
}

const rules: Rules<ProbeOptions> = {
  ...endingRules,
  labelCounts: list(integer({least: 1})),
  l2Grid: narrowed(list(number({least: 0}), 'a list of numbers from 0 on, at least one,'), ({length}) => length > 0),
  seed: required(integer()),
  onProgress: callable,
};

/** How many labels there can be. */
const countRule = (classes: number, rows: number) => ({
  ...integer({least: classes, most: rows}),
  expected: `an integer from ${classes} (the classes) to ${rows} (the labels)`,
});

/**
 * Measures features by logistic regression, with one rule for every encoder: for each number of labels, take a balanced
 * subset of the training rows (drawn by `seed`, nested), standardise by its statistics, choose the penalty on a
 * held-out fifth of it by cross-entropy, refit to all of it, and score the test rows once.
 *
 * @throws TypeError without labels; RangeError for options out of range, sizes that do not fit, or numbers that are not
 * finite, when the training rows have one class only, or when no class has two labels, of which one could be held out.
 * @example
 * const results = await probe(train, test, {labelCounts: [100, 1000], seed: 1});
 */
export async function probe(train: Features, test: Features, options: ProbeOptions): Promise<readonly ProbeResult[]> {
  checkOptions('probe', options, rules);
  requireBackend('probe');
  const given = checkLabelled('probe', 'train', train);
  const {labelCounts = [train.rows], seed, l2Grid = defaultL2Grid, onProgress, ...ending} = options;
  const judged = checkLabelled('probe', 'test', test);
  checkColumns('probe', 'test', test, train.columns);
  const {classes} = checkClasses('probe', 'train', given);
  for (const count of labelCounts) checkValue('probe', 'labelCounts', count, countRule(classes.length, train.rows));
  const subsets = labelCounts.map(count => labelSubset(given.labels, count, seed));
  const about = {classCount: classes.length, unknownRows: countUnknown(judged.labels, classes)};
  const results: ProbeResult[] = [];
  for (const subset of subsets) {
    const labelled = selectRows(given, subset);
    const scale = standardise(labelled);
    const scaled = scale.apply(labelled);
    const {l2, trials, heldOut, model: initial} = await chooseL2(scaled, l2Grid, seed, ending);
    const model = await logisticRegression(scaled, {...ending, l2, initial});
    const {converged} = model;
    const predictions = await predict(model, scale.apply(judged));
    const right = accuracy(predictions, judged.labels);
    const result = {labelCount: subset.length, accuracy: right, predictions, l2, trials, heldOut, converged, ...about};
    results.push(result);
    onProgress?.(result);
  }
  return results;
}
