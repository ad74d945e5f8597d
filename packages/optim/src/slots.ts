import * as tf from '@tensorflow/tfjs-core';
import type {Parameters} from './contract.js';

/** One variable of zeros for each parameter, of its shape and called `<slot>/<parameter>`; not trained itself. */
export function zeroSlots(slot: string, parameters: Parameters): Parameters {
  const zeros = (parameter: tf.Variable): tf.Variable => tf.tidy(() => tf.variable(tf.zerosLike(parameter), false));
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [`${slot}/${name}`, zeros(parameter)]),
  );
}
