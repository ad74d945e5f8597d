import * as tf from '@tensorflow/tfjs-core';

/**
 * The length of all gradients together: the square root of the sum of the squares of all their numbers.
 *
 * @returns A scalar, the caller's.
 */
export function gradientNorm(gradients: tf.NamedTensorMap): tf.Scalar {
  return tf.tidy(() => {
    const squares = Object.values(gradients).map(gradient => {
      const row = tf.reshape(gradient, [1, gradient.size]);
      return tf.reshape(tf.matMul(row, row, false, true), []);
    });
    return tf.sqrt<tf.Scalar>(tf.addN(squares) as tf.Scalar);
  });
}

/** Gradients scaled so that together they are no longer than `most`, as torch's `clip_grad_norm_` does; in a tidy. */
export function clip(gradients: tf.NamedTensorMap, norm: tf.Scalar, most: number): tf.NamedTensorMap {
  const factor = tf.minimum(tf.div(most, tf.add(norm, 1e-6)), 1);
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]));
}
