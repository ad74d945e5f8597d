import * as tf from '@tensorflow/tfjs-core';

/** What follows BatchNorm in the same operation. */
export interface After {
  /** Added to what BatchNorm gives, like its input. */
  readonly shortcut?: tf.Tensor;
  /** Whether ReLU comes last; false by default. */
  readonly relu?: boolean;
}

/** BatchNorm's part of the operation. */
export interface Norm {
  /** `[c]` each. */
  readonly gamma: tf.Tensor;
  readonly beta: tf.Tensor;
  readonly runningMean: tf.Tensor;
  readonly runningVariance: tf.Tensor;
  readonly epsilon: number;
  /** The fraction of the way that the running statistics move to those of the batch. */
  readonly rate: number;
}

/** Whether the backend has the kernels of {@link normRelu}. */
export const hasNormRelu = (): boolean =>
  (tf.getKernel('NormAddRelu', tf.getBackend()) as tf.KernelConfig | undefined) !== undefined;

/**
 * `relu(batchNorm(x) + shortcut)` as one operation each way, by the backend's kernels, with the moved running
 * statistics. Of the large tensors the tape keeps `x`, and with a shortcut the result.
 *
 * @param x `[n, …, c]`.
 * @returns Like `x`, and `[c]` twice; the caller's.
 */
export function normRelu(
  x: tf.Tensor,
  {gamma, beta, runningMean, runningVariance, epsilon, rate}: Norm,
  {shortcut, relu = false}: After,
): {y: tf.Tensor; mean: tf.Tensor; variance: tf.Tensor} {
  const inputs = {x, gamma, beta, runningMean, runningVariance, ...(shortcut && {shortcut})};
  const outputs: tf.Tensor[] = tf
    .engine()
    .runKernel(shortcut ? 'NormAddRelu' : 'NormRelu', inputs, {epsilon, rate, relu});
  const [y, mean, variance] = outputs;
  return {y, mean, variance};
}

/** The sum of two tensors of one shape; the tape keeps neither, as the stock op's does to learn their shapes. */
export function plus(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((x, y) => ({
    value: tf.add(x as tf.Tensor, y as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => [dy, tf.clone(dy)],
  }));
  return op(a, b);
}
