import * as tf from '@tensorflow/tfjs-core';
import {checkValue, narrowed, tensorRule} from '@contrastive/internal';
import {l2Normalize} from './rows.js';

const matrixRule = narrowed({...tensorRule, expected: 'a tensor [n, d]'}, ({rank}: tf.Tensor) => rank === 2);

/**
 * How far L2-normalised embeddings spread: the standard deviation of each of their d numbers over the batch (with n −
 * 1), averaged. About 1/√d when they cover the sphere, 0 when all images give one point: the sign of a collapse (Chen
 * and He 2021, arXiv 2011.10566, figure 2).
 *
 * @param embeddings `[n, d]`, of any length.
 * @returns A scalar, the caller's to dispose; 0 for a single row.
 * @throws `TypeError` or `RangeError` for anything but a matrix.
 * @example
 * ```ts
 * const spread = embeddingSpread(projections);
 * ```
 */
export function embeddingSpread(embeddings: tf.Tensor2D): tf.Scalar {
  checkValue('embeddingSpread', 'embeddings', embeddings, matrixRule);
  return tf.tidy(() => {
    const rows = l2Normalize(embeddings);
    const squares = tf.sum(tf.squaredDifference(rows, tf.mean(rows, 0)), 0); // [d]
    return tf.mean<tf.Scalar>(tf.sqrt(tf.div(squares, Math.max(1, embeddings.shape[0] - 1))));
  });
}
