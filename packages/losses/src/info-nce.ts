import * as tf from '@tensorflow/tfjs-core';
import type {Rules} from '@contrastive/internal';
import {blockedCrossEntropy, blockSizeRule} from './blocked-cross-entropy.js';
import {checkLossOptions, checkNegatives, checkProjections} from './check-input.js';
import type {Loss, LossInput} from './contract.js';
import {l2Normalize, rowDot} from './rows.js';
import {softmaxCrossEntropy, temperatureRule} from './softmax-cross-entropy.js';
import {stopGradient} from './stop-gradient.js';

/** What {@link infoNCE} compares: queries `z1`, their keys `z2`, and the keys of other images, `negatives`. */
export type InfoNCEInput = LossInput & {readonly negatives: tf.Tensor2D};

/** Options of {@link infoNCE}. */
export interface InfoNCEOptions {
  /** Divides the cosine similarities; positive, by default 0.07, MoCo's; MoCo v2 has 0.2. */
  readonly temperature?: number;
  /**
   * How many queries are compared at a time, at least 1. By default the whole matrix of logits is made, `[n, 1 + k]`;
   * with blocks, memory grows with `blockSize · k`, for the same loss and gradients.
   */
  readonly blockSize?: number;
}

const rules: Rules<InfoNCEOptions> = {temperature: temperatureRule, blockSize: blockSizeRule};

/**
 * InfoNCE as in MoCo (He et al. 2020, arXiv 1911.05722, equation 1 and algorithm 1): each query must find its key among
 * the k negatives.
 *
 * The positive logit is `query · key`, the k negative logits are `query · negative`; the loss is the mean over the
 * queries of the cross-entropy of these 1 + k ways. Queries and keys are normalised here; the negatives are taken as
 * the unit rows that they are, and no gradient leads to them. Gradients lead to `z1`, and to `z2` where it is on the
 * tape: MoCo computes its keys before. With all negatives equal to the key the loss is ln(k + 1).
 *
 * @param options Options; see {@link InfoNCEOptions}.
 * @returns A loss that throws a `TypeError` or `RangeError` unless both views are float32 `[n, d]` and the negatives
 * float32 `[k, d]` with `k ≥ 1`. Its result is the caller's to dispose.
 * @throws `TypeError` or `RangeError` for a bad or unknown option.
 * @example
 * ```ts
 * const loss = infoNCE({temperature: 0.2});
 * const value = loss({z1: queries, z2: keys, negatives: queue}); // scalar
 * ```
 */
export function infoNCE(options: InfoNCEOptions = {}): Loss<InfoNCEInput> {
  checkLossOptions('infoNCE', options, rules);
  const {temperature = 0.07, blockSize} = options;
  const loss = (input: InfoNCEInput): tf.Scalar => {
    checkProjections('infoNCE', input);
    checkNegatives('infoNCE', input);
    return tf.tidy(() => {
      const queries = tf.div<tf.Tensor2D>(l2Normalize(input.z1), temperature); // [n, d]
      const positives = rowDot(queries, l2Normalize(input.z2)); // [n]
      const negatives = stopGradient(input.negatives); // [k, d]
      if (blockSize !== undefined) return blockedCrossEntropy(queries, positives, {blockSize, negatives});
      // [n, 1 + k]
      const logits = tf.concat(
        [tf.expandDims<tf.Tensor2D>(positives, 1), tf.matMul<tf.Tensor2D>(queries, negatives, false, true)],
        1,
      );
      return tf.mean<tf.Scalar>(softmaxCrossEntropy(logits, tf.zeros([logits.shape[0]], 'int32')));
    });
  };
  return Object.assign(loss, {temperature});
}
