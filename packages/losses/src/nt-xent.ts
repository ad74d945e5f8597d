import * as tf from '@tensorflow/tfjs-core';
import type {Rules} from '@contrastive/internal';
import {blockedCrossEntropy, blockSizeRule} from './blocked-cross-entropy.js';
import {checkLossOptions, checkProjections, refuseNegatives} from './check-input.js';
import type {Loss, LossInput} from './contract.js';
import {l2Normalize, rowDot} from './rows.js';
import {masked, softmaxCrossEntropy, temperatureRule} from './softmax-cross-entropy.js';

/** Options of {@link ntXent}. */
export interface NTXentOptions {
  /** Divides the cosine similarities; positive, by default 0.1. Smaller values weigh hard negatives more. */
  readonly temperature?: number;
  /**
   * How many of the 2n rows are compared at a time, at least 1. By default the whole matrix of similarities is made,
   * `[2n, 2n]`; with blocks, memory grows with `blockSize · 2n`, for the same loss and gradients.
   */
  readonly blockSize?: number;
}

const rules: Rules<NTXentOptions> = {temperature: temperatureRule, blockSize: blockSizeRule};

/** The mean loss of the rows, over the whole matrix of similarities. */
function plain(z: tf.Tensor2D, temperature: number): tf.Scalar {
  const n = z.shape[0] / 2;
  const similarity = tf.matMul(tf.div<tf.Tensor2D>(z, temperature), z, false, true); // [2n, 2n]
  const self = tf.oneHot(tf.range(0, 2 * n, 1, 'int32'), 2 * n, masked, 0); // [2n, 2n] int32, `masked` on the diagonal
  const positives = tf.concat([tf.range(n, 2 * n, 1, 'int32'), tf.range(0, n, 1, 'int32')]); // [2n]
  return tf.mean<tf.Scalar>(softmaxCrossEntropy(tf.add(similarity, tf.cast(self, 'float32')), positives));
}

/** The same in blocks of rows. */
function blocked(z: tf.Tensor2D, temperature: number, blockSize: number): tf.Scalar {
  const scaled = tf.div<tf.Tensor2D>(z, Math.sqrt(temperature)); // its products are divided by the temperature
  const [one, two] = tf.split<tf.Tensor2D>(scaled, 2);
  const positives = rowDot(one, two); // [n], for both views
  return blockedCrossEntropy(scaled, tf.concat([positives, positives]), {blockSize});
}

/**
 * NT-Xent, the normalised temperature-scaled cross-entropy of SimCLR (Chen et al. 2020, arXiv 2002.05709, equation 1
 * and algorithm 1).
 *
 * Each of the 2n rows must find the other view of its image among the 2n − 1 other rows by cosine similarity. The loss
 * is the paper's mean over the 2n rows; the authors' code adds the means of the two views, which is twice as much. A
 * batch of one pair has loss 0, identical rows have ln(2n − 1).
 *
 * @param options Options; see {@link NTXentOptions}.
 * @returns A loss that throws a `TypeError` or `RangeError` unless both views are float32 `[n, d]`, and an `Error` when
 * given `negatives`, which it has no use for. Its result is the caller's to dispose.
 * @throws `TypeError` or `RangeError` for a bad or unknown option.
 * @example
 * ```ts
 * const loss = ntXent({temperature: 0.5});
 * const value = loss({z1, z2}); // scalar
 * ```
 */
export function ntXent(options: NTXentOptions = {}): Loss {
  checkLossOptions('ntXent', options, rules);
  const {temperature = 0.1, blockSize} = options;
  const loss = (input: LossInput): tf.Scalar => {
    checkProjections('ntXent', input);
    refuseNegatives('ntXent', input);
    return tf.tidy(() => {
      const z = l2Normalize(tf.concat([input.z1, input.z2])); // [2n, d]
      return blockSize === undefined ? plain(z, temperature) : blocked(z, temperature, blockSize);
    });
  };
  return Object.assign(loss, {temperature});
}
