import * as tf from '@tensorflow/tfjs-core';
import {
  callable,
  checkOptions,
  checkValue,
  integer,
  kind,
  number,
  object,
  required,
  type Rules,
} from '@contrastive/internal';
import {createPause} from './blocks.js';
import {checkClasses, checkColumns, checkFeatures, checkLabelled, type Features} from './features.js';
import {lbfgs} from './lbfgs.js';
import {logits, softmaxObjective} from './softmax-objective.js';

/** A fitted linear classifier, as plain data. */
export interface LogisticModel {
  /** The labels that it tells apart, ascending, `[c]`. */
  readonly classes: Int32Array;
  /** Features of one image. */
  readonly columns: number;
  /** `[columns, c]`. */
  readonly weights: Float32Array;
  /** `[c]`. */
  readonly bias: Float32Array;
  /** The penalty that it was fitted with. */
  readonly l2: number;
  /** Mean cross-entropy on the training rows, plus the penalty. */
  readonly loss: number;
  /** Iterations of L-BFGS. */
  readonly iterations: number;
  /** Whether the gradient fell below the tolerance; otherwise the iterations ran out or float32 gave out. */
  readonly converged: boolean;
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

const rules: Rules<LogisticRegressionOptions> = {
  ...endingRules,
  l2: required(number({least: 0})),
  initial: object,
  onIteration: callable,
};

/** The model's numbers as L-BFGS holds them: `[c, columns]`, then `[c]`. */
function flatten({weights, bias, columns}: Pick<LogisticModel, 'weights' | 'bias' | 'columns'>): Float64Array {
  const count = bias.length;
  const x = new Float64Array(count * (columns + 1));
  for (let c = 0; c < count; c++) for (let j = 0; j < columns; j++) x[c * columns + j] = weights[j * count + c];
  x.set(bias, count * columns);
  return x;
}

/** The starting point: the initial model where it fits, or zeros. */
function startingPoint(initial: LogisticModel | undefined, classes: Int32Array, columns: number): Float64Array {
  if (!initial) return new Float64Array(classes.length * (columns + 1));
  if (initial.columns !== columns || initial.classes.join() !== classes.join()) {
    throw new RangeError(
      `logisticRegression: expected a model of ${columns} columns and classes ${classes.join(', ')} as initial, got ` +
        `one of ${initial.columns} columns and classes ${initial.classes.join(', ')}.`,
    );
  }
  return flatten(initial);
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
  const {l2, tolerance = 1e-4, maxIterations = 200, initial, onIteration} = options;
  const given = checkLabelled('logisticRegression', 'train', train);
  const {classes, positions} = checkClasses('logisticRegression', 'train', given);
  const {data, rows, columns} = given;
  const count = classes.length;
  const start = startingPoint(initial, classes, columns);
  const pause = createPause();
  const features = tf.tensor2d(data, [rows, columns]);
  try {
    const {x, value, iterations, converged} = await lbfgs(softmaxObjective({features, positions, count, l2}), start, {
      tolerance,
      maxIterations,
      onIteration: (iteration, loss) => {
        onIteration?.(iteration, loss);
        return pause();
      },
    });
    const weights = new Float32Array(columns * count);
    for (let i = 0; i < weights.length; i++) weights[i] = x[(i % count) * columns + Math.floor(i / count)];
    const bias = Float32Array.from(x.subarray(count * columns));
    return {classes, columns, weights, bias, l2, loss: value, iterations, converged};
  } finally {
    features.dispose();
  }
}

/** The model's logits of each row, `[rows, c]`. */
export async function modelLogits(model: LogisticModel, {data, rows, columns}: Features): Promise<Float32Array> {
  const features = tf.tensor2d(data, [rows, columns]);
  try {
    return await logits(features, flatten(model), model.classes.length);
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

const modelRule = kind(
  'a model of logisticRegression',
  value => {
    const {classes, bias, weights, columns} = Object(value) as LogisticModel;
    return [classes, bias, weights].every(one => ArrayBuffer.isView(one)) && weights.length === columns * bias.length;
  },
  'typed arrays do not come back from JSON as they were',
);

/**
 * The class of each row, `[rows]`. The features must be standardised as those that the model was fitted to.
 *
 * @throws RangeError when the features do not fit the model or are not finite.
 */
export async function predict(model: LogisticModel, features: Features): Promise<Int32Array> {
  checkValue('predict', 'model', model, modelRule);
  checkFeatures('predict', 'features', features);
  checkColumns('predict', 'features', features, model.columns);
  return largestLogit(await modelLogits(model, features), model.classes);
}
