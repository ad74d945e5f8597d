import {callable, checkOptions, checkValue, number, required, type Rules} from '@contrastive/internal';
import {requireBackend} from '@contrastive/layers';
import {checkFeatures, type Features} from '../features.js';
import {checkFinite, fitLinear, linearRule, type LinearFit, type LinearScores} from './fit-linear.js';
import {endingRules, type Ending} from './logistic-regression.js';
import {checkLabelMatrix, type LabelMatrix} from '../metrics/label-matrix.js';
import {countRows, sigmoidCrossEntropy} from './sigmoid-cross-entropy.js';

/** Settings of `oneVsRest`. */
export interface OneVsRestOptions extends Ending {
  /**
   * Weight λ of the penalty ½λ‖w‖² beside the *mean* cross-entropy of each class, from 0; scikit-learn's `C` is `1 / (n
   * · l2)`, n the rows that count for the class. The bias is not penalised.
   */
  readonly l2: number;
  /** Where to begin, for example the model of a stronger penalty; of as many classes and columns. All 0 by default. */
  readonly initial?: LinearScores;
  /** Called after each iteration with its number, from 1, and the loss. */
  readonly onIteration?: (iteration: number, loss: number) => void;
}

const rules: Rules<OneVsRestOptions> = {
  ...endingRules,
  l2: required(number({least: 0})),
  initial: linearRule,
  onIteration: callable,
};

/** Throws unless there are marks for the features' rows, and both answers for each class. */
export function checkMarked(
  where: string,
  names: readonly [string, string],
  given: Features,
  labels: LabelMatrix,
): void {
  const [features, marks] = names;
  checkFeatures(where, features, given);
  const rows = checkLabelMatrix(where, marks, labels);
  if (rows === given.rows) return;
  throw new RangeError(`${where}: expected marks for ${given.rows} rows, as ${features}, as ${marks}, got ${rows}.`);
}

/** Throws unless each class has rows with either answer: without one of them its bias would grow without end. */
export function checkBothAnswers(where: string, name: string, {relevant, difficult, classCount}: LabelMatrix): void {
  const answers = new Uint8Array(classCount); // bit 0: a row is not of the class; bit 1: one is
  for (let i = 0; i < relevant.length; i++) if (difficult?.[i] !== 1) answers[i % classCount] |= 1 + relevant[i];
  const wrong = answers.findIndex(found => found !== 3);
  if (wrong < 0) return;
  const [kind, other] = answers[wrong] === 2 ? ['other', 'relevant'] : ['relevant', 'other'];
  throw new RangeError(
    `${where}: expected relevant and other rows of each class as ${name}, got no ${kind} row of class ${wrong} that ` +
      `counts${answers[wrong] === 0 ? '' : `, but ${other} ones`}; leave the class out.`,
  );
}

/** Fits; nothing is checked here. */
export function fitOneVsRest(features: Features, labels: LabelMatrix, options: OneVsRestOptions): Promise<LinearFit> {
  const rows = countRows(labels);
  const loss = (scores: Float32Array, residuals: Float32Array) => sigmoidCrossEntropy(scores, labels, rows, residuals);
  return fitLinear(features, labels.classCount, loss, options);
}

/**
 * Fits a logistic regression for each class against the rest, for images of several classes, all at once by L-BFGS:
 * minimises the sum over the classes of the mean sigmoid cross-entropy + ½ · l2 · ‖w‖². Rows that are difficult for a
 * class do not count for it. Each class has the weights that a fit of its own would have. Standardise the features
 * first.
 *
 * @returns a model whose scores, by `predictScores`, are the log-odds of each class.
 * @throws TypeError or RangeError for options out of range, sizes that do not fit, numbers that are not finite, marks
 * other than 0 and 1, or a class of which no row, or every row, is.
 * @example
 * const model = await oneVsRest(train, {relevant, difficult, classCount: 20}, {l2: 1e-3});
 * const mAP = meanAveragePrecision(await predictScores(model, test), testLabels, {form: '11-point'});
 */
export async function oneVsRest(train: Features, labels: LabelMatrix, options: OneVsRestOptions): Promise<LinearFit> {
  checkOptions('oneVsRest', options, rules);
  requireBackend('oneVsRest');
  checkMarked('oneVsRest', ['train', 'labels'], train, labels);
  checkBothAnswers('oneVsRest', 'labels', labels);
  const {initial} = options;
  const {classCount} = labels;
  checkValue('oneVsRest', 'initial', initial, {
    expected: `a model of ${train.columns} columns and ${classCount} classes`,
    judge: () =>
      !initial || (initial.columns === train.columns && initial.bias.length === classCount) ? undefined : 'value',
  });
  if (initial) checkFinite('oneVsRest', initial);
  return fitOneVsRest(train, labels, options);
}
