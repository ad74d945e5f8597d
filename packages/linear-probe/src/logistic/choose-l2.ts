import {crossEntropy} from '../cross-entropy.js';
import {checkLabelled, findClasses, selectRows, type Features} from '../features.js';
import {holdOutFifth, type Parts} from '../hold-out.js';
import {largestLogit, logisticRegression, modelLogits, type Ending, type LogisticModel} from './logistic-regression.js';
import {accuracy} from '../metrics/index.js';

/** How one penalty did. */
export interface L2Trial {
  /** The penalty. */
  readonly l2: number;
  /** Accuracy on the held-out rows, in [0, 1]. */
  readonly accuracy: number;
  /** Mean cross-entropy on the held-out rows. */
  readonly crossEntropy: number;
}

/** The labelled rows that penalties are judged by. */
export interface HeldOut {
  /** Their number: a fifth of each class, rounded up. */
  readonly rows: number;
  /** Classes among them; those with one labelled row have none here. */
  readonly classCount: number;
}

/** What `chooseL2` found. */
interface L2Choice {
  /** The penalty to use. */
  readonly l2: number;
  /** The trials made, from the strongest penalty to the weakest; none when the grid has one value. */
  readonly trials: readonly L2Trial[];
  /** What the trials were judged by. */
  readonly heldOut: HeldOut;
  /**
   * The classifier of the chosen penalty, fitted without the held-out rows: a start for the next fit. None when the
   * grid has one value.
   */
  readonly model?: LogisticModel;
}

/**
 * Holds out rows to judge penalties by.
 *
 * @throws RangeError when no class has two rows.
 */
function judgedApart(labels: Int32Array, seed: number): Parts {
  const parts = holdOutFifth(labels, seed);
  if (parts.heldOut.length > 0) return parts;
  throw new RangeError(
    `probe: expected two labels of a class, so that one can be held out, got one at most of ${labels.length}; ` +
      'give more of them, or an l2Grid of one value.',
  );
}

/**
 * Chooses the penalty of a logistic regression on a held-out, stratified fifth of the rows: the one with the lowest
 * cross-entropy there, which tells penalties apart even where the fifth is a handful of images. Fits from the strongest
 * penalty to the weakest, each from where the last ended, and stops at the first that is worse: weaker ones would
 * overfit more.
 *
 * @throws TypeError without labels; RangeError when no class has two rows.
 */
export async function chooseL2(
  train: Features,
  l2Grid: readonly number[],
  seed: number,
  ending: Ending = {},
): Promise<L2Choice> {
  const penalties = [...new Set(l2Grid)].toSorted((a, b) => b - a); // one that is given twice is tried once
  if (penalties.length === 1) return {l2: penalties[0], trials: [], heldOut: {rows: 0, classCount: 0}};
  const {labels} = checkLabelled('probe', 'train', train);
  const {fit, heldOut} = judgedApart(labels, seed);
  const kept = selectRows(train, fit);
  const judged = selectRows(train, heldOut);
  const judgedLabels = heldOut.map(i => labels[i]);
  const {positions} = findClasses(labels);
  const judgedPositions = heldOut.map(i => positions[i]);
  const trials: L2Trial[] = [];
  let best: LogisticModel | undefined;
  let lowest = Infinity;
  for (const l2 of penalties) {
    const model: LogisticModel = await logisticRegression(kept, {...ending, l2, initial: best});
    const scores = await modelLogits(model, judged);
    const loss = crossEntropy(scores, judgedPositions, model.classes.length);
    trials.push({l2, crossEntropy: loss, accuracy: accuracy(largestLogit(scores, model.classes), judgedLabels)});
    if (loss >= lowest) break;
    lowest = loss;
    best = model;
  }
  const judgedBy = {rows: heldOut.length, classCount: new Set(judgedLabels).size};
  return {l2: best?.l2 ?? penalties[0], trials, heldOut: judgedBy, ...(best && {model: best})};
}
