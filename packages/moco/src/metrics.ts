import * as tf from '@tensorflow/tfjs-core';
import {l2Normalize} from '@contrastive/losses';
import type {MoCoLossInput} from './options.js';

/** Similarities this near count as the same: they come from sums in different orders. */
const tie = 1e-6;

/**
 * How often a query's own key is among the `top` nearest of its key and the negatives: the accuracy of the (1 + K)-way
 * task. Chance is `top`/(1 + K). A negative as near as the own key counts as nearer, so networks that give all images
 * one point have accuracy 0.
 *
 * @param input Queries `z1` and keys `z2`, `[n, d]` each, and `negatives`, `[k, d]` with rows of length 1.
 * @param top An integer from 1 on, by default 1.
 * @returns A scalar in [0, 1], the caller's to dispose.
 */
export function keyAccuracy({z1, z2, negatives}: MoCoLossInput, top = 1): tf.Scalar {
  return tf.tidy(() => {
    const [queries, keys] = [l2Normalize(z1), l2Normalize(z2)];
    const own = tf.sum(tf.mul(queries, keys), 1, true); // [n, 1]
    const nearer = tf.greaterEqual(tf.matMul(queries, negatives, false, true), tf.sub(own, tie)); // [n, k]
    const rank = tf.sum(tf.cast(nearer, 'float32'), 1); // [n]
    return tf.mean<tf.Scalar>(tf.cast(tf.less(rank, top), 'float32'));
  });
}
