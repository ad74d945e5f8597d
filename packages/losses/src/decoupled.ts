import * as tf from '@tensorflow/tfjs-core';
import {advised, checkOptions, number, object, type Rules} from '@contrastive/internal';
import {checkLossOptions, checkProjections, refuseNegatives} from './check-input.js';
import type {Loss, LossInput} from './contract.js';
import {l2Normalize, rowDot} from './rows.js';
import {masked, temperatureRule} from './softmax-cross-entropy.js';
import {stopGradient} from './stop-gradient.js';

/** How {@link decoupled} weighs pairs by the von Mises-Fisher density of their similarity. */
export interface VonMisesFisher {
  /** Divides the similarities; positive, by default 0.5. The larger, the nearer are all weights to 1. */
  readonly sigma?: number;
}

/** Options of {@link decoupled}. */
export interface DecoupledOptions {
  /** Divides the cosine similarities; positive, by default 0.1. */
  readonly temperature?: number;
  /**
   * Weighs unlike pairs more, which makes the loss DCLW; `{}` for the paper's sigma. By default all pairs weigh the
   * same: DCL.
   */
  readonly weighting?: VonMisesFisher;
}

const rules: Rules<DecoupledOptions> = {
  temperature: temperatureRule,
  weighting: advised(object, 'give one such as {sigma: 0.5}, or leave it out for equal weights'),
};

const weightingRules: Rules<VonMisesFisher> = {sigma: advised(number({above: 0}), "the paper's is 0.5")};

/**
 * The weight of each pair by its cosine similarity `[n]`: `2 − exp(s / sigma) / mean(exp(s / sigma))`, 1 on average.
 */
function weights(similarity: tf.Tensor1D, sigma: number): tf.Tensor1D {
  const share = tf.softmax(tf.div<tf.Tensor1D>(similarity, sigma)); // [n], with sum 1
  return tf.sub(2, tf.mul(share, similarity.shape[0]));
}

/**
 * Decoupled contrastive learning, DCL and DCLW (Yeh et al. 2022, arXiv 2110.06848, equation 6): NT-Xent without the
 * positive in the denominator, so that an easy positive no longer weakens the gradient of the negatives; made for small
 * batches.
 *
 * The loss is the mean over the 2n rows of `−w · s⁺ / temperature + log Σ exp(s⁻ / temperature)` over the 2n − 2 rows
 * of other images; `w` is 1, or the paper's negative von Mises-Fisher weight of the pair. Identical rows have ln(2n −
 * 2); unlike a cross-entropy it can be negative. Paper: silent on whether the weights have a gradient, and sums over
 * the rows. Here: they are constant, because a weight is to scale the pull on a pair, not to be lowered by it; and the
 * mean.
 *
 * @param options Options; see {@link DecoupledOptions}.
 * @returns A loss that throws a `TypeError` or `RangeError` unless both views are float32 `[n, d]` with `n ≥ 2`, and an
 * `Error` when given `negatives`, which it has no use for. Its result is the caller's to dispose.
 * @throws `TypeError` or `RangeError` for a bad or unknown option.
 * @example
 * ```ts
 * const dcl = decoupled({temperature: 0.1});
 * const dclw = decoupled({temperature: 0.1, weighting: {sigma: 0.5}});
 * ```
 */
export function decoupled(options: DecoupledOptions = {}): Loss {
  checkLossOptions('decoupled', options, rules);
  const {temperature = 0.1, weighting} = options;
  if (weighting !== undefined) checkOptions('decoupled.weighting', weighting, weightingRules);
  const sigma = weighting && (weighting.sigma ?? 0.5);
  const loss = (input: LossInput): tf.Scalar => {
    checkProjections('decoupled', input, 2);
    refuseNegatives('decoupled', input);
    return tf.tidy(() => {
      const n = input.z1.shape[0];
      const [one, two] = [l2Normalize(input.z1), l2Normalize(input.z2)];
      const z = tf.concat([one, two]); // [2n, d]
      const similarity = tf.matMul(tf.div<tf.Tensor2D>(z, temperature), z, false, true); // [2n, 2n]
      const image = tf.concat([tf.range(0, n, 1, 'int32'), tf.range(0, n, 1, 'int32')]); // [2n]
      // [2n, n], made as int32: wasm fills a float32 result with the bits of integers
      const own = tf.cast(tf.oneHot(image, n, masked, 0), 'float32');
      const negatives = tf.logSumExp(tf.add(similarity, tf.concat([own, own], 1)), 1); // [2n]
      const positives = rowDot(one, two); // [n], each of two rows
      const pull =
        sigma === undefined ? positives : tf.mul<tf.Tensor1D>(stopGradient(weights(positives, sigma)), positives);
      return tf.sub<tf.Scalar>(tf.mean(negatives), tf.div(tf.mean(pull), temperature));
    });
  };
  return Object.assign(loss, {temperature});
}
