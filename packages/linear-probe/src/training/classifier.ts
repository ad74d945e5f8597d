import {createRandom} from '@contrastive/augment';
import {sgd, type Parameters} from '@contrastive/optim';
import * as tf from '@tensorflow/tfjs-core';

/** Keeps the draws of a classifier's start apart from others that use the same seed. */
const START_STREAM = 0xc1a5;

/** A linear classifier that learns from features by SGD, one step a call. */
export interface LinearClassifier {
  /** `[columns, c]`. */
  readonly kernel: tf.Variable<tf.Rank.R2>;
  /** `[c]`. */
  readonly bias: tf.Variable<tf.Rank.R1>;
  /** Weights and velocities, by name. */
  readonly state: Parameters;
  /** Logits `[n, c]` of features `[n, columns]`, the caller's. */
  logits(features: tf.Tensor2D): tf.Tensor2D;
  /**
   * One step down the mean cross-entropy of a batch.
   *
   * @param features `[n, columns]`.
   * @param targets One class of each row, `[n, c]` of zeros and ones.
   */
  step(features: tf.Tensor2D, targets: tf.Tensor2D, learningRate: number): void;
  dispose(): void;
}

/** What a linear classifier is made of. */
export interface ClassifierOptions {
  /** Features of one image. */
  readonly columns: number;
  readonly classCount: number;
  /** The weights at the start, `[columns, c]`; zeros by default, as the bias always. */
  readonly start?: Float32Array;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

/** Weights drawn from N(0, deviation²), a function of the seed; undefined for zeros. */
export function normalStart(size: number, deviation: number, seed: number): Float32Array | undefined {
  if (deviation === 0) return undefined;
  const random = createRandom(seed, START_STREAM);
  return Float32Array.from({length: size}, () => deviation * random.normal());
}

/** One class a row, `[n]` int32, as zeros and ones, `[n, c]` float32. */
export const oneHotOf = (labels: tf.Tensor1D, classCount: number): tf.Tensor2D =>
  // Made as int32: the wasm backend fills a float32 result with the bits of integers.
  tf.tidy(() => tf.cast(tf.oneHot(labels, classCount) as tf.Tensor2D, 'float32')); // [n, c]

/** The same of labels on the host. */
export const oneHot = (labels: Int32Array, classCount: number): tf.Tensor2D =>
  tf.tidy(() => oneHotOf(tf.tensor1d(labels, 'int32'), classCount));

/** Makes a linear classifier, whose variables are its own. */
export function createClassifier(options: ClassifierOptions): LinearClassifier {
  const {columns, classCount, start, momentum, nesterov, weightDecay} = options;
  const [kernel, bias] = tf.tidy(() => [
    tf.variable(start ? tf.tensor2d(start, [columns, classCount]) : tf.zeros<tf.Rank.R2>([columns, classCount])),
    tf.variable(tf.zeros<tf.Rank.R1>([classCount])),
  ]);
  const optimizer = sgd({kernel, bias}, {momentum, nesterov, weightDecay});
  const logits = (features: tf.Tensor2D): tf.Tensor2D => tf.tidy(() => tf.add(tf.matMul(features, kernel), bias));
  return {
    kernel,
    bias,
    state: {kernel, bias, ...optimizer.state()},
    logits,
    step(features, targets, learningRate) {
      tf.tidy(() => {
        // The gradient of the mean cross-entropy in the logits, [n, c].
        const slope = tf.div<tf.Tensor2D>(tf.sub(tf.softmax(logits(features)), targets), features.shape[0]);
        optimizer.apply({kernel: tf.matMul(features, slope, true), bias: tf.sum(slope, 0)}, learningRate);
      });
    },
    dispose() {
      optimizer.dispose();
      tf.dispose([kernel, bias]);
    },
  };
}
