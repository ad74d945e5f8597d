import * as tf from '@tensorflow/tfjs-core';

/** The dot product of each row with the same row of the other, `[n]`. */
export function rowDot(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => tf.sum<tf.Tensor1D>(tf.mul(a, b), 1));
}
