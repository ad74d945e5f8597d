import * as tf from '@tensorflow/tfjs-core';
import type {Rules} from '@contrastive/internal';
import {checkLabels, checkLossOptions, checkProjections, refuseNegatives} from './check-input.js';
import type {Loss, LossInput} from './contract.js';
import {l2Normalize} from './rows.js';
import {masked, temperatureRule} from './softmax-cross-entropy.js';

/** What {@link supCon} compares: two views and the class of each image, `labels`. */
export type SupConInput = LossInput & {readonly labels: tf.Tensor1D};

/** Options of {@link supCon}. */
export interface SupConOptions {
  /** Divides the cosine similarities; positive, by default 0.1. */
  readonly temperature?: number;
}

const rules: Rules<SupConOptions> = {temperature: temperatureRule};

/**
 * The supervised contrastive loss (Khosla et al. 2020, arXiv 2004.11362, equation 2, `L_out`): each of the 2n rows must
 * find all rows of its class.
 *
 * For each row the loss is the mean, over its positives (the other view of its image and both views of other images of
 * its class), of their negative log-probability among the 2n − 1 other rows; the result is the mean over the rows. With
 * every image a class of its own that is NT-Xent; identical rows have ln(2n − 1) whatever the labels.
 *
 * Paper: a sum over the rows. Here: their mean, as in the authors' code. That code multiplies by `temperature / 0.07`
 * too, which makes gradients of about the same size at all temperatures and is no part of the equation; it is not done
 * here, so scale a learning rate that you take over from there.
 *
 * @param options Options; see {@link SupConOptions}.
 * @returns A loss that throws a `TypeError` or `RangeError` unless both views are float32 `[n, d]` and the labels int32
 * `[n]`, and an `Error` when given `negatives`, which it has no use for. Its result is the caller's to dispose.
 * @throws `TypeError` or `RangeError` for a bad or unknown option.
 * @example
 * ```ts
 * const loss = supCon({temperature: 0.1});
 * const value = loss({z1, z2, labels: tf.tensor1d([0, 1, 1, 0], 'int32')}); // scalar
 * ```
 */
export function supCon(options: SupConOptions = {}): Loss<SupConInput> {
  checkLossOptions('supCon', options, rules);
  const {temperature = 0.1} = options;
  const loss = (input: SupConInput): tf.Scalar => {
    checkProjections('supCon', input);
    checkLabels('supCon', input);
    refuseNegatives('supCon', input);
    return tf.tidy(() => {
      const rows = 2 * input.z1.shape[0];
      const z = l2Normalize(tf.concat([input.z1, input.z2])); // [2n, d]
      const similarity = tf.matMul(tf.div<tf.Tensor2D>(z, temperature), z, false, true); // [2n, 2n]
      const self = tf.cast(tf.oneHot(tf.range(0, rows, 1, 'int32'), rows, 1, 0), 'float32'); // [2n, 2n]
      const logProbabilities = tf.logSoftmax(tf.add(similarity, tf.mul(self, masked))); // [2n, 2n]
      const labels = tf.concat([input.labels, input.labels]); // [2n]
      const sameClass = tf.cast(tf.equal(tf.expandDims(labels, 1), tf.expandDims(labels, 0)), 'float32'); // [2n, 2n]
      const positives = tf.sub(sameClass, self); // [2n, 2n], at least one a row: the other view
      const shares = tf.div(positives, tf.sum(positives, 1, true)); // [2n, 2n], rows with sum 1
      return tf.neg(tf.mean<tf.Scalar>(tf.sum(tf.mul(shares, logProbabilities), 1)));
    });
  };
  return Object.assign(loss, {temperature});
}
