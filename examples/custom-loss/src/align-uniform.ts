import {l2Normalize, type Loss} from '@contrastive/losses';
import * as tf from '@tensorflow/tfjs-core';

/** Options of {@link alignUniform}. */
export interface AlignUniformOptions {
  /** Weight of uniformity beside alignment; 1 by default. */
  readonly weight?: number;
  /** How fast two rows stop pushing each other away with their distance, t in the paper; 2 by default. */
  readonly t?: number;
}

/**
 * Alignment and uniformity (Wang and Isola 2020, arXiv 2005.10242, section 4.1): the two views of an image come close,
 * and all images spread over the sphere. Alignment is the mean of ‖z1 − z2‖²; uniformity is the logarithm of the mean
 * of exp(−t‖x − y‖²) over pairs of images. The pairs are those within each view, or, where there is a queue, the rows
 * of `z1` with all of the queue.
 *
 * @returns A loss that throws a RangeError for a batch of one image, which has no pairs.
 */
export function alignUniform({weight = 1, t = 2}: AlignUniformOptions = {}): Loss {
  return ({z1, z2, negatives}) =>
    tf.tidy(() => {
      const [first, second] = [l2Normalize(z1), l2Normalize(z2)]; // [n, d], on the sphere
      const alignment = tf.mean(tf.sum(tf.squaredDifference(first, second), 1));
      const uniformity = negatives
        ? tf.log(tf.mean(nearness(first, negatives, t)))
        : tf.mul(0.5, tf.add(withinView(first, t), withinView(second, t)));
      return tf.add<tf.Scalar>(alignment, tf.mul(weight, uniformity));
    });
}

/** exp(−t‖x − y‖²) of rows of length 1, where ‖x − y‖² = 2 − 2x·y: `[n, d]` and `[k, d]` to `[n, k]`. */
function nearness(x: tf.Tensor2D, y: tf.Tensor2D, t: number): tf.Tensor2D {
  return tf.exp(tf.mul<tf.Tensor2D>(2 * t, tf.sub(tf.matMul(x, y, false, true), 1)));
}

/** The logarithm of the mean over all pairs of different rows. */
function withinView(x: tf.Tensor2D, t: number): tf.Tensor {
  const [n] = x.shape;
  if (n < 2) throw new RangeError(`alignUniform: needs at least two images in a batch, got ${n}.`);
  const others = tf.sub(1, tf.eye(n)); // [n, n]: a row has no pair with itself
  return tf.log(tf.div(tf.sum(tf.mul(nearness(x, x, t), others)), n * (n - 1)));
}
