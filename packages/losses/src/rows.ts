import * as tf from '@tensorflow/tfjs-core';
import {checkValue, tensorRule} from '@contrastive/internal';

/**
 * The squared length below which a row counts as zero: its direction is undefined there, but its gradient stays finite.
 */
const epsilon = 1e-12;

/**
 * Scales each row to length 1 as `x · rsqrt(max(Σx², 1e-12))`, finite at zero in value and gradient, unlike `x / ‖x‖`.
 *
 * @param x Rows to scale, `[n, d]`.
 * @returns The scaled rows, `[n, d]`, the caller's to dispose; rows of zeros stay zeros.
 */
export function l2Normalize(x: tf.Tensor2D): tf.Tensor2D {
  checkValue('l2Normalize', 'x', x, tensorRule);
  return tf.tidy(() => tf.mul<tf.Tensor2D>(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), 1, true), epsilon))));
}

/** The dot product of each row with the same row of the other, `[n]`. */
export function rowDot(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => tf.sum<tf.Tensor1D>(tf.mul(a, b), 1));
}
