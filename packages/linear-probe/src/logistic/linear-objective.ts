import * as tf from '@tensorflow/tfjs-core';
import type {Objective} from './lbfgs.js';

/**
 * The mean loss of scores `[n, count]`; writes its derivative by each score into `residuals`, `[n, count]`, whose every
 * entry is overwritten.
 */
export type ScoreLoss = (scores: Float32Array, residuals: Float32Array) => number;

/** What a linear classifier is fitted to. */
export interface LinearProblem {
  /** Features on the device, `[n, d]`. */
  readonly features: tf.Tensor2D;
  /** The same, `[d, n]`: products with what is transposed on the way are slow. */
  readonly transposed: tf.Tensor2D;
  /** Number of classes. */
  readonly count: number;
  /** Strength of the penalty on the weights. */
  readonly l2: number;
  /** What is minimised beside the penalty. */
  readonly loss: ScoreLoss;
}

/** `X · W + b` in float32 on the device, `[n, count]`; `x` is the weights `[d, count]`, then the bias `[count]`. */
export async function logits(features: tf.Tensor2D, x: Float64Array, count: number): Promise<Float32Array> {
  const size = features.shape[1] * count;
  const weights = Float32Array.from(x.subarray(0, size));
  const product = tf.tidy(() => tf.matMul(features, tf.tensor2d(weights, [features.shape[1], count])));
  const result = (await product.data<'float32'>()).slice();
  product.dispose();
  for (let i = 0; i < result.length; i += count) for (let c = 0; c < count; c++) result[i + c] += x[size + c];
  return result;
}

/**
 * Mean loss + ½ · l2 · ‖W‖², the bias free. The products with the features run on the device in float32, everything
 * else in float64.
 *
 * @returns a function of the weights `[d, count]` followed by the bias `[count]`.
 */
export function linearObjective({features, transposed, count, l2, loss}: LinearProblem): Objective {
  const [n, columns] = features.shape;
  const size = columns * count;
  return async x => {
    const residuals = new Float32Array(n * count); // new each time: a tensor of it shares its memory
    const mean = loss(await logits(features, x, count), residuals);
    const product = tf.tidy(() => tf.matMul(transposed, tf.tensor2d(residuals, [n, count])));
    const slopes = await product.data(); // [d, count]
    product.dispose();
    const gradient = new Float64Array(x.length);
    let penalty = 0;
    for (let i = 0; i < size; i++) {
      gradient[i] = slopes[i] + l2 * x[i];
      penalty += x[i] * x[i];
    }
    for (let i = 0; i < residuals.length; i += count) {
      for (let c = 0; c < count; c++) gradient[size + c] += residuals[i + c];
    }
    return {value: mean + 0.5 * l2 * penalty, gradient};
  };
}
