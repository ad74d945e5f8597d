import * as tf from '@tensorflow/tfjs-core';
import {advised, number, type Rules} from '@contrastive/internal';
import {checkLossOptions, checkProjections, refuseNegatives} from './check-input.js';
import type {Loss, LossInput} from './contract.js';

/**
 * Added to each column's variance, as BatchNorm of the authors' code does: a constant column counts as zeros, with a
 * finite gradient.
 */
const epsilon = 1e-5;

/** Options of {@link barlowTwins}. */
export interface BarlowTwinsOptions {
  /** Weighs the redundancy of different columns against the invariance of each; positive, by default 0.005. */
  readonly lambda?: number;
}

const rules: Rules<BarlowTwinsOptions> = {lambda: advised(number({above: 0}), "the paper's is 0.005")};

/** Each column with mean 0 and variance 1 over the batch, `[n, d]`. */
function standardize(z: tf.Tensor2D): tf.Tensor2D {
  const centred = tf.sub<tf.Tensor2D>(z, tf.mean(z, 0, true));
  const variance = tf.mean(tf.square(centred), 0, true); // [1, d], biased
  return tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
}

/**
 * Barlow Twins (Zbontar et al. 2021, arXiv 2103.03230, equation 1): the cross-correlation of the two views' columns
 * over the batch should be the identity.
 *
 * With `c` the `[d, d]` correlations, the loss is `Σ (1 − c_ii)² + lambda · Σ_{i≠j} c_ij²`. It compares columns, not
 * images: the rows are not normalised, and many columns (the paper has 8192) do better than many rows. The authors'
 * code has lambda 0.0051, and an early version of it scaled the whole loss by 0.024, which belongs to its learning rate
 * and is left out here.
 *
 * @param options Options; see {@link BarlowTwinsOptions}.
 * @returns A loss that throws a `TypeError` or `RangeError` unless both views are float32 `[n, d]` with `n ≥ 2`, and an
 * `Error` when given `negatives`, which it has no use for. Its result is the caller's to dispose.
 * @throws `TypeError` or `RangeError` for a bad or unknown option.
 * @example
 * ```ts
 * const loss = barlowTwins({lambda: 0.005});
 * const value = loss({z1, z2}); // scalar
 * ```
 */
export function barlowTwins(options: BarlowTwinsOptions = {}): Loss {
  checkLossOptions('barlowTwins', options, rules);
  const {lambda = 0.005} = options;
  return (input: LossInput): tf.Scalar => {
    checkProjections('barlowTwins', input, 2);
    refuseNegatives('barlowTwins', input);
    return tf.tidy(() => {
      const [n, d] = input.z1.shape;
      // [d, d]
      const correlation = tf.div<tf.Tensor2D>(tf.matMul(standardize(input.z1), standardize(input.z2), true), n);
      const identity = tf.eye(d); // [d, d]
      const weights = tf.add(tf.mul(identity, 1 - lambda), lambda); // [d, d]: 1 on the diagonal, else lambda
      const terms = tf.mul(weights, tf.square(tf.sub(correlation, identity))); // [d, d]
      return tf.sum<tf.Scalar>(tf.sum(terms, 1)); // in parts: small terms are lost where sums run on, as on stock wasm
    });
  };
}
