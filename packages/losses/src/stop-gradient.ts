import * as tf from '@tensorflow/tfjs-core';
import {checkValue, tensorRule} from '@contrastive/internal';

/**
 * The values of a tensor with no way back: the gradient of what is computed from the result leaves the tensor out, on
 * every tape. TensorFlow.js has no stop-gradient; an operation with its own gradient and without inputs is one.
 *
 * @param x Any tensor; left alone.
 * @returns The same numbers, the caller's to dispose.
 * @example
 * ```ts
 * const loss = negativeCosine();
 * const value = loss({z1: predictions, z2: stopGradient(targets)}); // its gradient leads to the predictions alone
 * ```
 */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  checkValue('stopGradient', 'x', x, tensorRule);
  return tf.customGrad<T>(() => ({value: tf.clone(x), gradFunc: () => []}))();
}
