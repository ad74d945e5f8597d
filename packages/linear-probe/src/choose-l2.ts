import {checkLabelled, selectRows, type Features} from './features.js';
import {findClasses} from './classes.js';
import {holdOutFifth} from './label-subset.js';
import {
  largestLogit,
  logisticRegression,
  modelLogits,
  type LogisticModel,
  type LogisticRegressionOptions,
} from './logistic-regression.js';
import {accuracy} from './metrics.js';
import {crossEntropy} from './softmax-objective.js';

/**
 * The penalties that `chooseL2` tries by default, 1 … 1e-5. Paper (Chen et al. 2020, arXiv:2002.05709, B.8): 45 values
 * from 1e-6 to 1e5. Here: one a decade, from where features of Fashion-MNIST are underfitted to where they are
 * overfitted.
 */
export const defaultL2Grid: readonly number[] = [1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5];

/** Settings of `chooseL2`. */
export interface ChooseL2Options extends Pick<LogisticRegressionOptions, 'tolerance' | 'maxIterations'> {
  /** Penalties to try, in any order; `defaultL2Grid` by default. */
  readonly l2Grid?: readonly number[];
  /** Draws the rows that are held out. */
  readonly seed: number;
}

/** How one penalty did. */
export interface L2Trial {
  /** The penalty. */
  readonly l2: number;
  /** Accuracy on the held-out rows, in [0, 1]. */
  readonly accuracy: number;
  /** Mean cross-entropy on the held-out rows. */
  readonly crossEntropy: number;
}

/** What `chooseL2` found. */
export interface L2Choice {
  /** The penalty to use. */
  readonly l2: number;
  /** The trials made, from the strongest penalty to the weakest; none when the grid has one value. */
  readonly trials: readonly L2Trial[];
  /**
   * The classifier of the chosen penalty, fitted without the held-out rows: a start for the next fit. None when the
   * grid has one value.
   */
  readonly model?: LogisticModel;
}

function checkGrid(grid: readonly number[]): void {
  if (grid.length === 0 || grid.some(l2 => !(l2 >= 0 && l2 < Infinity))) {
    throw new RangeError(`chooseL2: l2Grid must hold finite numbers from 0, at least one, got [${grid.join(', ')}].`);
  }
}

/**
 * Chooses the penalty of a logistic regression on a held-out, stratified fifth of the rows: the one with the lowest
 * cross-entropy there, which tells penalties apart even where the fifth is a handful of images. Fits from the strongest
 * penalty to the weakest, each from where the last ended, and stops at the first that is worse: weaker ones would
 * overfit more.
 *
 * @throws TypeError without labels; RangeError for a grid out of range, or when no class has two rows.
 */
export async function chooseL2(
  train: Features,
  {l2Grid = defaultL2Grid, seed, ...options}: ChooseL2Options,
): Promise<L2Choice> {
  checkGrid(l2Grid);
  if (l2Grid.length === 1) return {l2: l2Grid[0], trials: []};
  const {labels} = checkLabelled(train, 'chooseL2: train');
  const {fit, heldOut} = holdOutFifth(labels, seed);
  const kept = selectRows(train, fit);
  const judged = selectRows(train, heldOut);
  const judgedLabels = heldOut.map(i => labels[i]);
  const {positions} = findClasses(labels);
  const judgedPositions = heldOut.map(i => positions[i]);
  const trials: L2Trial[] = [];
  let best: LogisticModel | undefined;
  let lowest = Infinity;
  for (const l2 of l2Grid.toSorted((a, b) => b - a)) {
    const model: LogisticModel = await logisticRegression(kept, {...options, l2, ...(best && {initial: best})});
    const scores = await modelLogits(model, judged);
    const loss = crossEntropy(scores, judgedPositions, model.classes.length);
    trials.push({l2, crossEntropy: loss, accuracy: accuracy(largestLogit(scores, model.classes), judgedLabels)});
    if (loss >= lowest) break;
    lowest = loss;
    best = model;
  }
  return {l2: best?.l2 ?? l2Grid[0], trials, ...(best && {model: best})};
}
