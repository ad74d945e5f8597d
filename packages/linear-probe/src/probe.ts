import {chooseL2, type ChooseL2Options, type L2Trial} from './choose-l2.js';
import {checkColumns, checkLabelled, selectRows, type Features} from './features.js';
import {labelSubset} from './label-subset.js';
import {logisticRegression, predict} from './logistic-regression.js';
import {accuracy} from './metrics.js';
import {standardise} from './standardise.js';

/** Settings of `probe`. */
export interface ProbeOptions extends ChooseL2Options {
  /** Numbers of labels to learn from, each a `labelSubset` of the training rows. All labels by default. */
  readonly labels?: readonly number[];
  /** Called after each number of labels. */
  readonly onProgress?: (result: ProbeResult) => void;
}

/** What the features are worth with a number of labels. */
export interface ProbeResult {
  /** Number of labels. */
  readonly labels: number;
  /** Fraction of the test rows whose class was found, in [0, 1]. */
  readonly accuracy: number;
  /** The penalty that was chosen. */
  readonly l2: number;
  /** How each penalty did on the held-out fifth. */
  readonly trials: readonly L2Trial[];
  /** Whether the last fit reached its tolerance. */
  readonly converged: boolean;
}

/**
 * Measures features by logistic regression, with one rule for every encoder: for each number of labels, take a balanced
 * subset of the training rows (drawn by `seed`, nested), standardise by its statistics, choose the penalty on a
 * held-out fifth of it, refit to all of it, and score the test rows once.
 *
 * @throws TypeError without labels; RangeError for options out of range, sizes that do not fit, or numbers that are not
 * finite.
 * @example
 * const results = await probe(train, test, {labels: [100, 1000], seed: 1});
 */
export async function probe(train: Features, test: Features, options: ProbeOptions): Promise<readonly ProbeResult[]> {
  const {labels: counts = [train.rows], seed, l2Grid, onProgress, ...fit} = options;
  const given = checkLabelled(train, 'probe: train');
  const judged = checkLabelled(test, 'probe: test');
  checkColumns(test, train.columns, 'probe: test');
  const subsets = counts.map(count => labelSubset(given.labels, count, seed));
  const results: ProbeResult[] = [];
  for (const subset of subsets) {
    const labelled = selectRows(given, subset);
    const scale = standardise(labelled);
    const scaled = scale.apply(labelled);
    const {l2, trials, model: initial} = await chooseL2(scaled, {...fit, seed, ...(l2Grid && {l2Grid})});
    const model = await logisticRegression(scaled, {...fit, l2, ...(initial && {initial})});
    const predictions = await predict(model, scale.apply(judged));
    const result = {
      labels: subset.length,
      accuracy: accuracy(predictions, judged.labels),
      l2,
      trials,
      converged: model.converged,
    };
    results.push(result);
    onProgress?.(result);
  }
  return results;
}
