import * as tf from '@tensorflow/tfjs-core';

/** What a trust ratio is made from. Norms stay on the device: reading one would wait for all that was queued. */
interface Inputs {
  readonly parameter: tf.Tensor;
  readonly gradient: tf.Tensor;
  /** The gradient with the decay in it. */
  readonly decayed: tf.Tensor;
  readonly trustCoefficient: tf.Scalar;
  readonly weightDecay: tf.Scalar;
}

/** By how much LARS scales the decayed gradient of one parameter: a scalar. */
export type Trust = (inputs: Inputs) => tf.Scalar;

/** Summed in parts: stock wasm adds one number after another, which of a million loses the last three digits. */
const squaredNorm = (x: tf.Tensor): tf.Scalar =>
  tf.sum<tf.Scalar>(tf.sum(tf.reshape(tf.square(x), [-1, x.shape[x.rank - 1] ?? 1]), 1));

/** η‖w‖ / ‖g + λw‖, or 1 where a norm is 0: a parameter that starts at 0 still moves. */
export const officialTrust: Trust = ({parameter, decayed, trustCoefficient}) => {
  const [w, g] = [squaredNorm(parameter), squaredNorm(decayed)];
  const ratio = tf.mul<tf.Scalar>(tf.sqrt(tf.div(w, g)), trustCoefficient);
  return tf.where<tf.Scalar>(tf.greater(tf.minimum(w, g), 0), ratio, tf.onesLike(ratio));
};

/**
 * η‖w‖ / (‖g‖ + λ‖w‖ + 10⁻⁸), or the gradient alone, without decay, where a norm is 0: 1 for ‖w‖ = 0, nothing for ‖g‖ =
 * 0.
 */
export const popularTrust: Trust = ({parameter, gradient, trustCoefficient, weightDecay}) => {
  const [w, g] = [parameter, gradient].map(x => tf.sqrt(squaredNorm(x)));
  const ratio = tf.div<tf.Scalar>(tf.mul(w, trustCoefficient), tf.addN([g, tf.mul(w, weightDecay), tf.scalar(1e-8)]));
  const orOne = tf.where<tf.Scalar>(tf.greater(w, 0), ratio, tf.onesLike(ratio));
  return tf.where<tf.Scalar>(tf.greater(g, 0), orOne, tf.zerosLike(ratio));
};
