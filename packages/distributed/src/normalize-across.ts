import type {Communicator, OnStatistics} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';

/** What a rank computes by itself, of rows `[m, c]`. */
interface Halves {
  /** Of each column, `[3, c]`: mean, biased variance, and what the mean lost when it was rounded. */
  moments(rows: tf.Tensor2D): tf.Tensor2D;
  /** Of the moments of all ranks, `[3 · size, c]`: `[3, c]` as below, and mean and biased variance, `[c]`. */
  merged(moments: tf.Tensor2D, epsilon: number): [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
  /** The rows normalised by `[3, c]`: mean, 1/√(variance + ε), and what the mean lost when it was rounded. */
  normalized(rows: tf.Tensor2D, gamma: tf.Tensor1D, beta: tf.Tensor1D, statistics: tf.Tensor2D): tf.Tensor2D;
  /** Σ dy·x̂ and Σ dy, `[c]`. */
  sums(given: Given): tf.Tensor1D[];
  /** γ/σ · (dy − dβ/m − x̂·dγ/m), of sums of as many values as there are rows. */
  gradient(given: Given, dgamma: tf.Tensor1D, dbeta: tf.Tensor1D): tf.Tensor;
}

/** What the way back has. */
interface Given extends tf.NamedTensorMap {
  readonly dy: tf.Tensor2D;
  readonly x: tf.Tensor2D;
  readonly gamma: tf.Tensor1D;
  readonly beta: tf.Tensor1D;
  readonly statistics: tf.Tensor2D;
}

/** By kernels of the backend, each of which passes over the values once or twice. */
const byKernels: Halves = {
  moments: x => tf.engine().runKernel('NormMoments', {x}),
  merged: (moments, epsilon) => tf.engine().runKernel('NormMerged', {moments}, {epsilon}),
  normalized: (x, gamma, beta, statistics) => tf.engine().runKernel('NormReluAgain', {x, gamma, beta, statistics}),
  sums: given => tf.engine().runKernel('NormReluGradSums', given),
  gradient: (given, dgamma, dbeta) => tf.engine().runKernel('NormReluGradOfSums', {...given, dgamma, dbeta}),
};

/** The sum of each column of `[m, c]`. */
const columnSums = (rows: tf.Tensor): tf.Tensor1D => tf.sum(rows, 0);

/** Normalises rows, then scales and shifts them, in one pass. */
function affine(rows: tf.Tensor2D, scale: tf.Tensor1D, shift: tf.Tensor1D, statistics: tf.Tensor2D): tf.Tensor2D {
  const [mean, inverse] = tf.unstack(statistics) as tf.Tensor1D[];
  const spread = tf.reciprocal<tf.Tensor1D>(tf.square(inverse)); // the variance with ε
  return tf.batchNorm2d(rows, mean, spread, shift, scale, 0);
}

/** By stock operations. */
const byOperations: Halves = {
  moments(rows) {
    const [m] = rows.shape;
    const mean = tf.div<tf.Tensor1D>(columnSums(rows), m);
    const variance = tf.div(columnSums(tf.squaredDifference(rows, mean)), m);
    return tf.stack([mean, variance, tf.zerosLike(mean)]) as tf.Tensor2D; // all digits that it has
  },
  merged(moments, epsilon) {
    const [rows, c] = moments.shape;
    const [means, variances] = tf.unstack(tf.reshape(moments, [rows / 3, 3, c]), 1) as tf.Tensor2D[]; // [size, c] each
    const mean = tf.mean<tf.Tensor1D>(means, 0);
    const variance = tf.mean<tf.Tensor1D>(tf.add(variances, tf.squaredDifference(means, mean)), 0);
    const statistics = [mean, tf.rsqrt(tf.add<tf.Tensor1D>(variance, epsilon)), tf.zerosLike(mean)];
    return [tf.stack(statistics) as tf.Tensor2D, mean, variance];
  },
  normalized: affine,
  sums({dy, x, statistics}) {
    const [mean, inverse] = tf.unstack(statistics);
    return [tf.mul(columnSums(tf.mul(dy, tf.sub(x, mean))), inverse), columnSums(dy)];
  },
  gradient({dy, x, gamma, statistics}, dgamma, dbeta) {
    const [m] = x.shape;
    const factor = tf.mul(gamma, tf.unstack(statistics)[1]);
    const share = tf.div(factor, -m);
    const rest = affine(x, tf.mul<tf.Tensor1D>(share, dgamma), tf.mul<tf.Tensor1D>(share, dbeta), statistics);
    return tf.add(tf.mul(dy, factor), rest);
  },
};

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
  const {size} = communicator;
  const total = m * size; // values a channel
  const hasKernels = tf.getKernel('NormMoments', tf.getBackend()) as tf.KernelConfig | undefined;
  const own = hasKernels ? byKernels : byOperations;
  const op = tf.customGrad((...args) => {
    // [m, c], [c], [c]
    const [rows, scale, shift, save] = args as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const [found, mean, variance] = own.merged(communicator.allGather(own.moments(rows)), epsilon);
    onStatistics?.(mean, tf.mul(variance, total / (total - 1)));
    save([rows, scale, shift, found]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [values, gain, offset, statistics] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, tf.Tensor2D];
      const given = {dy: dy as tf.Tensor2D, x: values, gamma: gain, beta: offset, statistics};
      const sums = own.sums(given);
      // The sums of a rank's share of the values, as they are in all.
      const shares = tf.div(communicator.allReduce(tf.stack(sums)), size);
      const [dGamma, dBeta] = tf.unstack(shares) as tf.Tensor1D[];
      return [own.gradient(given, dGamma, dBeta), ...sums];
    };
    return {value: own.normalized(rows, scale, shift, found), gradFunc};
  });
  return tf.reshape(op(tf.reshape(x, [m, c]), gamma, beta), x.shape);
}
