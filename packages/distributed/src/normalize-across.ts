import type {Communicator, OnStatistics} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';

/** The sum of each column of `[m, c]`. */
const columnSums = (rows: tf.Tensor): tf.Tensor1D => tf.sum(rows, 0);

/**
 * Normalises every channel of `x` by the mean and the biased variance of the batches of all ranks together, as one
 * process would that had all of them. Differentiable in `x`, `gamma` and `beta`: the gradient in `x` is that of the sum
 * of the losses of all ranks; those in `gamma` and `beta` are this rank's share, to be summed over the ranks.
 *
 * The ranks exchange statistics within the forward pass and sums within the backward pass, so each of them must run the
 * same layers in the same order, with as many images.
 *
 * Authors' code of SimCLR: the same, by the mean of the means, and of the variances with the variance of the means.
 *
 * @param x `[n, c]` or `[n, h, w, c]`.
 * @param gamma `[c]`.
 * @param beta `[c]`.
 * @param onStatistics Receives the mean and the unbiased variance over all ranks, `[c]`.
 * @returns Like `x`, the caller's.
 */
export function normalizeAcross(
  communicator: Pick<Communicator, 'size' | 'allGather' | 'allReduce'>,
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onStatistics?: OnStatistics,
): tf.Tensor {
  const c = gamma.size;
  const m = x.size / c;
  const total = m * communicator.size; // values a channel
  const op = tf.customGrad((...args) => {
    // [m, c], [c], [c]
    const [rows, scale, shift, save] = args as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const ownMean = tf.div<tf.Tensor1D>(columnSums(rows), m);
    const ownVariance = tf.div<tf.Tensor1D>(columnSums(tf.squaredDifference(rows, ownMean)), m);
    const all = communicator.allGather(tf.stack([ownMean, ownVariance]) as tf.Tensor2D); // [2 · size, c]
    const byRank = tf.reshape<tf.Rank.R3>(all, [communicator.size, 2, c]);
    const [means, variances] = tf.unstack(byRank, 1) as tf.Tensor2D[]; // [size, c] each
    const mean = tf.mean<tf.Tensor1D>(means, 0);
    const variance = tf.mean<tf.Tensor1D>(tf.add(variances, tf.squaredDifference(means, mean)), 0);
    onStatistics?.(mean, tf.mul(variance, total / (total - 1)));
    save([rows, scale, mean, variance]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [values, gain, center, spread] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
      const inverseDeviation = tf.rsqrt(tf.add(spread, epsilon));
      const dBeta = columnSums(dy);
      const dGamma = tf.mul<tf.Tensor1D>(columnSums(tf.mul(dy, tf.sub(values, center))), inverseDeviation);
      const [allBeta, allGamma] = tf.unstack(communicator.allReduce(tf.stack([dBeta, dGamma]))) as tf.Tensor1D[];
      const factor = tf.mul(gain, inverseDeviation);
      const share = tf.div(factor, -total);
      // The part of dx that is affine in x̂, by the fused kernel of inference.
      const correction = tf.batchNorm2d(
        values,
        center,
        spread,
        tf.mul<tf.Tensor1D>(share, allBeta),
        tf.mul<tf.Tensor1D>(share, allGamma),
        epsilon,
      );
      return [tf.add(tf.mul(dy, factor), correction), dGamma, dBeta];
    };
    return {value: tf.batchNorm2d(rows, mean, variance, shift, scale, epsilon), gradFunc};
  });
  return tf.reshape(op(tf.reshape(x, [m, c]), gamma, beta), x.shape);
}
