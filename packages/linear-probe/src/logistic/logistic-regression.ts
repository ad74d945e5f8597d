import * as tf from '@tensorflow/tfjs-core';
import {callable, checkOptions, checkValue, integer, kind, number, required, type Rules} from '@contrastive/internal';
import {requireBackend} from '@contrastive/layers';
import {crossEntropy} from '../cross-entropy.js';
import {checkClasses, checkColumns, checkFeatures, checkLabelled, type Features} from '../features.js';
import {checkFinite, fitLinear, flatten, type FitOptions, type LinearFit, type LinearScores} from './fit-linear.js';
import {logits} from './linear-objective.js';

/** A fitted linear classifier, as plain data. */
export interface LogisticModel extends LinearFit {
  /** The labels that it tells apart, ascending, `[c]`. */
  readonly classes: Int32Array;
}

/** Settings of `logisticRegression`. */
export interface LogisticRegressionOptions {
  /**
   * Weight λ of the penalty ½λ‖W‖² beside the *mean* cross-entropy, from 0; scikit-learn's `C` is `1 / (n · l2)`. The
   * bias is not penalised.
   */
  readonly l2: number;
  /** Ends when no entry of the gradient is larger; 1e-4 by default. Below about 1e-7 float32 features give no more. */
  readonly tolerance?: number;
  /** 200 by default. */
  readonly maxIterations?: number;
  /** Where to begin, for example the model of a stronger penalty; of the same classes and columns. All 0 by default. */
  readonly initial?: LogisticModel;
  /** Called after each iteration with its number, from 1, and the loss. */
  readonly onIteration?: (iteration: number, loss: number) => void;
}

/** When a fit ends. */
export type Ending = Pick<LogisticRegressionOptions, 'tolerance' | 'maxIterations'>;

export const endingRules: Rules<Ending> = {tolerance: number({above: 0}), maxIterations: integer({least: 1})};

/** Arrays that fit each other. */
const modelRule = kind(
  'a model of logisticRegression',
  value => {
    const {classes, bias, weights, columns} = Object(value) as LogisticModel;
    if (![classes, bias, weights].every(one => ArrayBuffer.isView(one))) return false;
    return weights.length === columns * bias.length && bias.length === classes.length;
  },
  'typed arrays do not come back from JSON as they were',
);

const rules: Rules<LogisticRegressionOptions> = {
  ...endingRules,
  l2: required(number({least: 0})),
  initial: modelRule,
  onIteration: callable,
};

/** Throws unless the initial model fits, and is one that a fit can go on from. */
function checkInitial(initial: LogisticModel, classes: Int32Array, columns: number): void {
  if (initial.columns !== columns || initial.classes.join() !== classes.join()) {
    throw new RangeError(
      `logisticRegression: expected a model of ${columns} columns and classes ${classes.join(', ')} as initial, got ` +
        `one of ${initial.columns} columns and classes ${initial.classes.join(', ')}.`,
    );
  }
  checkFinite('logisticRegression', initial);
}

/** Fits to labels that are positions in `classes`; nothing is checked here. */
export async function fitLogistic(
  features: Features,
  {classes, positions}: {readonly classes: Int32Array; readonly positions: Int32Array},
  options: FitOptions,
): Promise<LogisticModel> {
  const count = classes.length;
  const loss = (scores: Float32Array, residuals: Float32Array) => crossEntropy(scores, positions, count, residuals);
  return {classes, ...(await fitLinear(features, count, loss, options))};
}

/**
 * Fits a multinomial logistic regression by L-BFGS: minimises the mean softmax cross-entropy + ½ · l2 · ‖W‖² (Chen et
 * al. 2020, arXiv:2002.05709, appendix B.8, where the features are frozen and not augmented). Standardise the features
 * first.
 *
 * @throws TypeError without labels; RangeError for options out of range, sizes that do not fit, numbers that are not
 * finite, or one class only.
 * @example
 * const model = await logisticRegression(train, {l2: 1e-3});
 * console.log(accuracy(await predict(model, test), test.labels));
 */
export async function logisticRegression(train: Features, options: LogisticRegressionOptions): Promise<LogisticModel> {
  checkOptions('logisticRegression', options, rules);
  requireBackend('logisticRegression');
  const given = checkLabelled('logisticRegression', 'train', train);
  const found = checkClasses('logisticRegression', 'train', given);
  if (options.initial) checkInitial(options.initial, found.classes, given.columns);
  return fitLogistic(given, found, options);
}

/** The model's logits of each row, `[rows, c]`. */
export async function modelLogits(model: LinearScores, {data, rows, columns}: Features): Promise<Float32Array> {
  const features = tf.tensor2d(data, [rows, columns]);
  try {
    return await logits(features, flatten(model), model.bias.length);
  } finally {
    features.dispose();
  }
}

/** The class of the largest logit of each row. */
export function largestLogit(scores: Float32Array, classes: Int32Array): Int32Array {
  const count = classes.length;
  return Int32Array.from({length: scores.length / count}, (_, i) => {
    let best = 0;
    for (let c = 1; c < count; c++) if (scores[i * count + c] > scores[i * count + best]) best = c;
    return classes[best];
  });
}

/**
 * The class of each row, `[rows]`. The features must be standardised as those that the model was fitted to.
 *
 * @throws RangeError when the features do not fit the model or are not finite.
 */
export async function predict(model: LogisticModel, features: Features): Promise<Int32Array> {
  checkValue('predict', 'model', model, modelRule);
  requireBackend('predict');
  checkFeatures('predict', 'features', features);
  checkColumns('predict', 'features', features, model.columns);
  return largestLogit(await modelLogits(model, features), model.classes);
}
