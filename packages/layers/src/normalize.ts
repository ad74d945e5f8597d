import * as tf from '@tensorflow/tfjs-core';

/**
 * Receives the mean and the unbiased variance of a batch, both `[c]`, off the gradient tape; they are freed afterwards.
 */
export type OnStatistics = (mean: tf.Tensor1D, unbiasedVariance: tf.Tensor1D) => void;

/**
 * Normalises every channel of `x` by the mean and the biased variance of the batch, then scales by γ and shifts by β
 * (Ioffe & Szegedy 2015, arXiv:1502.03167, algorithm 1). Uses the backend's kernel `BatchNormTraining` where there is
 * one. Differentiable in `x`, `gamma` and `beta`.
 *
 * @param x `[n, c]` or `[n, h, w, c]`, with at least two values a channel.
 * @param gamma `[c]`.
 * @param beta `[c]`.
 * @returns Like `x`, the caller's.
 */
export function normalize(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onStatistics?: OnStatistics,
): tf.Tensor {
  const hasKernel = tf.getKernel('BatchNormTraining', tf.getBackend()) as tf.KernelConfig | undefined;
  return hasKernel ? fused(x, gamma, beta, epsilon, onStatistics) : composed(x, gamma, beta, epsilon, onStatistics);
}

function fused(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onStatistics?: OnStatistics,
): tf.Tensor {
  const [n, c] = x.shape;
  const x4 = x.rank === 4 ? x : tf.reshape(x, [n, 1, 1, c]);
  const outputs: tf.Tensor[] = tf.engine().runKernel('BatchNormTraining', {x: x4, gamma, beta}, {epsilon});
  const [y, mean, unbiasedVariance] = outputs as [tf.Tensor, tf.Tensor1D, tf.Tensor1D]; // like x4, [c], [c]
  if (onStatistics)
    untaped(() => {
      onStatistics(mean, unbiasedVariance);
    });
  return x.rank === 4 ? y : tf.reshape(y, x.shape);
}

/**
 * The same from stock ops, with the gradient written out: with x̂ = (x − μ)/σ and m values a channel,
 * dβ = Σ dy, dγ = Σ dy·x̂, dx = γ/σ · (dy − dβ/m − x̂·dγ/m). The variance is taken from deviations, so a mean far from
 * 0 costs no digits.
 */
function composed(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onStatistics?: OnStatistics,
): tf.Tensor {
  const c = gamma.size;
  const m = x.size / c;
  const op = tf.customGrad((...args) => {
    // [m, c], [c], [c]
    const [rows, scale, shift, save] = args as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const mean = tf.div<tf.Tensor1D>(columnSums(rows), m);
    const variance = tf.div<tf.Tensor1D>(columnSums(tf.squaredDifference(rows, mean)), m);
    onStatistics?.(mean, tf.mul(variance, m / (m - 1)));
    save([rows, scale, mean, variance]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => gradients(dy, saved as Saved, epsilon);
    return {value: tf.batchNorm2d(rows, mean, variance, shift, scale, epsilon), gradFunc};
  });
  return tf.reshape(op(tf.reshape(x, [m, c]), gamma, beta), x.shape);
}

/**
 * The sum of each column of `[m, c]`, as a product with ones: on wasm a reduction over the first axis takes ten times
 * as long.
 */
function columnSums(rows: tf.Tensor2D): tf.Tensor1D {
  const [m, c] = rows.shape;
  return tf.reshape(tf.matMul(tf.ones<tf.Rank.R2>([1, m]), rows), [c]);
}

/** Input `[m, c]`, γ, mean and biased variance `[c]`. */
type Saved = [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];

/** Gradients in the input, γ and β; `dy` is `[m, c]`. */
function gradients(dy: tf.Tensor, [rows, gamma, mean, variance]: Saved, epsilon: number): tf.Tensor[] {
  const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
  const dBeta = columnSums(dy as tf.Tensor2D);
  const dGamma = tf.mul<tf.Tensor1D>(columnSums(tf.mul(dy, tf.sub(rows, mean))), inverseDeviation);
  const gain = tf.mul(gamma, inverseDeviation);
  const share = tf.div(gain, -rows.shape[0]);
  // The part of dx that is affine in x̂, by the fused kernel of inference.
  const correction = tf.batchNorm2d(
    rows,
    mean,
    variance,
    tf.mul<tf.Tensor1D>(share, dBeta),
    tf.mul<tf.Tensor1D>(share, dGamma),
    epsilon,
  );
  return [tf.add(tf.mul(dy, gain), correction), dGamma, dBeta];
}

/**
 * Runs `body` off the gradient tape: the body of a custom gradient is not recorded. Tensors that it makes are freed,
 * variables keep what it assigned.
 */
function untaped(body: () => void): void {
  tf.tidy(() => {
    tf.customGrad(() => {
      body();
      return {value: tf.scalar(0), gradFunc: () => []};
    })();
  });
}
