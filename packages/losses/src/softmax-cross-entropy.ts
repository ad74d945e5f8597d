import * as tf from '@tensorflow/tfjs-core';
import {advised, number} from '@contrastive/internal';

/** What the temperature of a softmax may be. */
export const temperatureRule = advised(number({above: 0}), 'papers use 0.05 to 1');

/** What takes an entry out of a softmax: large enough to vanish, finite so that no gradient is NaN. */
export const masked = -1e9;

/**
 * The fused kernel, on backends that have one: inputs logits `[n, k]` and labels `[n]` int32, first output the loss
 * `[n]`.
 */
const kernelName = 'SparseSoftmaxCrossEntropy';

function composed(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  const crossEntropy = tf.customGrad<tf.Tensor1D>((x, save) => {
    const logProbabilities = tf.logSoftmax(x as tf.Tensor2D);
    // Made as int32: the wasm backend fills a float32 result with the bits of integers.
    const target = tf.cast(tf.oneHot(labels, logits.shape[1]), 'float32'); // [n, k]
    (save as tf.GradSaveFunc)([tf.sub(tf.exp(logProbabilities), target)]);
    return {
      value: tf.neg(tf.sum<tf.Tensor1D>(tf.mul(logProbabilities, target), 1)),
      gradFunc: (dy: tf.Tensor1D, [slope]: tf.Tensor[]) => tf.mul(tf.expandDims(dy, 1), slope), // [n, 1] · [n, k]
    };
  });
  return crossEntropy(logits);
}

/**
 * The negative log-probability of one class a row, under the softmax of that row; stable for logits of any finite size.
 *
 * Runs as one kernel where the backend has `SparseSoftmaxCrossEntropy`, else composed of stock operations with the same
 * gradient.
 *
 * @param logits Unnormalised log-probabilities, `[n, k]` float32; differentiable.
 * @param labels The class of each row, `[n]` int32, 0 to `k − 1`; constant.
 * @returns The loss of each row, `[n]`, the caller's to dispose.
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  // The registry's type omits that it answers `undefined` or `null` for a kernel that it does not have.
  const kernel = tf.getKernel(kernelName, tf.getBackend()) as tf.KernelConfig | undefined;
  if (kernel == null) return tf.tidy(() => composed(logits, labels));
  return tf.tidy(() => tf.engine().runKernel<tf.Tensor[]>(kernelName, {logits, labels})[0] as tf.Tensor1D);
}
