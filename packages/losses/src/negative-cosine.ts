import * as tf from '@tensorflow/tfjs-core';
import {checkLossOptions, checkProjections, refuseNegatives} from './check-input.js';
import type {Loss, LossInput} from './contract.js';
import {l2Normalize, rowDot} from './rows.js';

/**
 * The negative cosine similarity of SimSiam (Chen & He 2021, arXiv 2011.10566, equation 1), the mean over the rows of
 * `−cos(z1, z2)`, from −1 to 1. The loss of BYOL (Grill et al. 2020, arXiv 2006.07733, equation 2) is 2 plus twice this
 * one.
 *
 * `z1` are predictions; `z2` are their targets and **must be constant**: computed outside the gradient tape, as a
 * method's `targets` does, or taken off it with {@link stopGradient}. Nothing here cuts the gradient: it leads to
 * whatever is on the tape. With both views on it, as SimCLR gives them, and no negatives, nothing keeps the network
 * from one answer for all images: it collapses.
 *
 * The papers' symmetric form is the mean over two calls, `{z1: predictions1, z2: targets2}` and
 * `{z1: predictions2, z2: targets1}`, or one call with `[2n, d]` rows of both.
 *
 * @param options None so far.
 * @returns A loss that throws a `TypeError` or `RangeError` unless both views are float32 `[n, d]`, and an `Error` when
 * given `negatives`, which it has no use for. Its result is the caller's to dispose.
 * @example
 * ```ts
 * const loss = negativeCosine();
 * const targets = encoder.predict(images); // outside the tape
 * const value = loss({z1: predictions, z2: targets}); // scalar
 * ```
 */
export function negativeCosine(options: object = {}): Loss {
  checkLossOptions('negativeCosine', options, {});
  return (input: LossInput): tf.Scalar => {
    checkProjections('negativeCosine', input);
    refuseNegatives('negativeCosine', input);
    return tf.tidy(() => tf.neg(tf.mean<tf.Scalar>(rowDot(l2Normalize(input.z1), l2Normalize(input.z2)))));
  };
}
