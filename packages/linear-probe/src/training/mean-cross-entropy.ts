import * as tf from '@tensorflow/tfjs-core';
import {oneHotOf} from './classifier.js';

/**
 * The mean cross-entropy of logits with one class a row, of which a part is spread over all classes:
 * `(1 − s)·1[class] + s / c`, as torch's `cross_entropy` with `label_smoothing`.
 *
 * @param logits `[n, c]`; differentiable.
 * @param labels `[n]` int32; constant.
 * @param smoothing From 0 to below 1.
 * @returns A scalar, the caller's.
 */
export function meanCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D, smoothing: number): tf.Scalar {
  const [n, classCount] = logits.shape;
  const crossEntropy = tf.customGrad<tf.Scalar>((x, save) => {
    const logProbabilities = tf.logSoftmax(x as tf.Tensor2D);
    const hard = oneHotOf(labels, classCount);
    const target = smoothing === 0 ? hard : tf.add(tf.mul(hard, 1 - smoothing), smoothing / classCount); // [n, c]
    (save as tf.GradSaveFunc)([tf.sub(tf.exp(logProbabilities), target)]);
    return {
      value: tf.div<tf.Scalar>(tf.sum(tf.mul(logProbabilities, target)), -n),
      gradFunc: (dy: tf.Scalar, [slope]: tf.Tensor[]) => tf.mul(slope, tf.div(dy, n)), // [n, c]
    };
  });
  return tf.tidy(() => crossEntropy(logits));
}
