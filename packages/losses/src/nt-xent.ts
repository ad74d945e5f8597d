import * as tf from '@tensorflow/tfjs-core';
import type {Loss, LossInput} from './contract.js';
import {checkTemperature, checkViews} from './check.js';
import {l2Normalize} from './normalize.js';
import {softmaxCrossEntropy} from './softmax-cross-entropy.js';

/** What takes a row out of its own softmax: large enough to vanish, finite so that no gradient is NaN. */
const masked = -1e9;

/** Options of {@link ntXent}. */
export interface NTXentOptions {
  /** Divides the cosine similarities; positive, by default 0.1. Smaller values weigh hard negatives more. */
  readonly temperature?: number;
}

/**
 * NT-Xent, the normalised temperature-scaled cross-entropy of SimCLR (Chen et al. 2020, arXiv 2002.05709, equation 1 and algorithm 1).
 *
 * Each of the 2n rows must find the other view of its image among the 2n − 1 other rows by cosine similarity. The loss is the paper's mean over
 * the 2n rows; the authors' code adds the means of the two views, which is twice as much. A batch of one pair has loss 0, identical rows have
 * ln(2n − 1).
 *
 * @param options Options; see {@link NTXentOptions}.
 * @returns A loss that throws a `TypeError` or `RangeError` unless both views are float32 `[n, d]`, and an `Error` when given `negatives`, which
 *   it has no use for. Its result is the caller's to dispose.
 * @throws `TypeError` or `RangeError` unless the temperature is a positive finite number.
 * @example
 * ```ts
 * const loss = ntXent({temperature: 0.5});
 * const value = loss({z1, z2}); // scalar
 * ```
 */
export function ntXent({temperature = 0.1}: NTXentOptions = {}): Loss {
  checkTemperature('ntXent', temperature);
  const loss = (input: LossInput): tf.Scalar => {
    checkViews('ntXent', input);
    if (input.negatives !== undefined) {
      throw new Error(
        `ntXent: takes its negatives from the batch, got [${input.negatives.shape.join(', ')}] more; use a loss that compares with given negatives.`,
      );
    }
    return tf.tidy(() => {
      const n = input.z1.shape[0];
      const z = l2Normalize(tf.concat([input.z1, input.z2])); // [2n, d]
      const similarity = tf.matMul(tf.div<tf.Tensor2D>(z, temperature), z, false, true); // [2n, 2n]
      const self = tf.oneHot(tf.range(0, 2 * n, 1, 'int32'), 2 * n, masked, 0); // [2n, 2n] int32, `masked` on the diagonal
      const positives = tf.concat([tf.range(n, 2 * n, 1, 'int32'), tf.range(0, n, 1, 'int32')]); // [2n]
      return tf.mean<tf.Scalar>(softmaxCrossEntropy(tf.add(similarity, tf.cast(self, 'float32')), positives));
    });
  };
  return Object.assign(loss, {temperature});
}
