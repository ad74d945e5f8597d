import {replaceKernel} from '../register.js';
import type {NativeBackend} from './native-backend.js';

/**
 * Registers `SgdUpdate` on the native backend, in one pass over memory (native/kernels/sgd.cc): inputs {parameter,
 * gradient, velocity, settings}, the settings being `[4]`: learning rate, momentum, weight decay, and 1 for Nesterov;
 * outputs [new parameter, new velocity].
 */
export const registerSgdUpdate = (): void => {
  replaceKernel<NativeBackend, unknown>(
    'SgdUpdate',
    'tensorflow',
    ({inputs: {parameter, gradient, velocity, settings}, backend}) =>
      backend.executeMultipleOutputs('ContrastiveSgd', [], [parameter, gradient, velocity, settings], 2),
  );
};
