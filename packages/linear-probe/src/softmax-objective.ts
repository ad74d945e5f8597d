import * as tf from '@tensorflow/tfjs-core';
import type {Objective} from './lbfgs.js';

/** What the classifier is fitted to. */
export interface SoftmaxProblem {
  /** Features on the device, `[n, d]`. */
  readonly features: tf.Tensor2D;
  /** Class of each row from 0 to `count − 1`, `[n]`. */
  readonly positions: Int32Array;
  /** Number of classes. */
  readonly count: number;
  /** Strength of the penalty on the weights. */
  readonly l2: number;
}

/** `X · Wᵀ + b` in float32 on the device, `[n, count]`; `x` is the weights `[count, d]`, then the bias `[count]`. */
export async function logits(features: tf.Tensor2D, x: Float64Array, count: number): Promise<Float32Array> {
  const columns = features.shape[1];
  const weights = new Float32Array(columns * count);
  for (let c = 0; c < count; c++) for (let j = 0; j < columns; j++) weights[j * count + c] = x[c * columns + j];
  const product = tf.tidy(() => tf.matMul(features, tf.tensor2d(weights, [columns, count])));
  const result = new Float32Array(await product.data());
  product.dispose();
  const bias = x.subarray(count * columns);
  for (let i = 0; i < result.length; i += count) for (let c = 0; c < count; c++) result[i + c] += bias[c];
  return result;
}

/**
 * Mean cross-entropy of the softmax of `scores`, `[n, count]`; writes `(softmax − one-hot) / n` into `residuals`,
 * `[count, n]`, where given.
 */
export function crossEntropy(
  scores: Float32Array,
  positions: Int32Array,
  count: number,
  residuals?: Float32Array,
): number {
  const n = positions.length;
  const exponentials = new Float64Array(count);
  let loss = 0;
  for (let i = 0, row = 0; i < n; i++, row += count) {
    let max = -Infinity;
    for (let c = 0; c < count; c++) if (scores[row + c] > max) max = scores[row + c];
    let sum = 0;
    for (let c = 0; c < count; c++) sum += exponentials[c] = Math.exp(scores[row + c] - max);
    const label = positions[i];
    loss += Math.log(sum) + max - scores[row + label];
    if (residuals)
      for (let c = 0; c < count; c++) residuals[c * n + i] = (exponentials[c] / sum - (c === label ? 1 : 0)) / n;
  }
  return loss / n;
}

/**
 * Mean softmax cross-entropy + ½ · l2 · ‖W‖², the bias free. The products with the features run on the device in
 * float32, everything else in float64.
 *
 * @returns a function of the weights `[count, d]` followed by the bias `[count]`.
 */
export function softmaxObjective({features, positions, count, l2}: SoftmaxProblem): Objective {
  const [n, columns] = features.shape;
  return async x => {
    const residuals = new Float32Array(count * n);
    const loss = crossEntropy(await logits(features, x, count), positions, count, residuals);
    // The transposed gradient, so that neither the features nor a copy of them need to be transposed.
    const product = tf.tidy(() => tf.matMul(tf.tensor2d(residuals, [count, n]), features));
    const slopes = await product.data();
    product.dispose();
    const gradient = new Float64Array(x.length);
    let penalty = 0;
    for (let i = 0; i < count * columns; i++) {
      gradient[i] = slopes[i] + l2 * x[i];
      penalty += x[i] * x[i];
    }
    for (let c = 0; c < count; c++) for (let i = 0; i < n; i++) gradient[count * columns + c] += residuals[c * n + i];
    return {value: loss + 0.5 * l2 * penalty, gradient};
  };
}
