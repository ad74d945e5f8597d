import * as tf from '@tensorflow/tfjs-core';
import {l2Normalize} from '@contrastive/losses';
import type {Projections} from '@contrastive/train';

/** Cosine similarity of each row of view one with each of view two, `[n, n]`. */
const similarity = ({z1, z2}: Projections): tf.Tensor2D => tf.matMul(l2Normalize(z1), l2Normalize(z2), false, true);

/**
 * Contrastive top-1 accuracy: how often the nearest of the batch's n second views to a first view is of the same image.
 * Chance is 1/n.
 *
 * @param projections Both views, `[n, d]` each.
 * @returns A scalar in [0, 1], the caller's to dispose.
 */
export function contrastiveAccuracy(projections: Projections): tf.Scalar {
  return tf.tidy(() => {
    const nearest = tf.argMax<tf.Tensor1D>(similarity(projections), 1); // [n]
    const own = tf.range(0, projections.z1.shape[0], 1, 'int32'); // [n]
    return tf.mean<tf.Scalar>(tf.cast(tf.equal(nearest, own), 'float32'));
  });
}

/**
 * Contrastive entropy: how evenly a first view's softmax spreads over the batch's n second views, in nats; 0 when sure,
 * ln n when clueless.
 *
 * @param projections Both views, `[n, d]` each.
 * @param temperature Divides the similarities: that of the loss.
 * @returns A scalar, the mean over the batch, the caller's to dispose.
 */
export function contrastiveEntropy(projections: Projections, temperature: number): tf.Scalar {
  return tf.tidy(() => {
    const logProbabilities = tf.logSoftmax(tf.div<tf.Tensor2D>(similarity(projections), temperature)); // [n, n]
    return tf.neg(tf.mean<tf.Scalar>(tf.sum(tf.mul(tf.exp(logProbabilities), logProbabilities), 1)));
  });
}
