import {replaceKernel} from '../register.js';
import type {NativeBackend} from './native-backend.js';

/**
 * Registers `Addresses` on the native backend, for tensors in main memory that are read and written from outside of
 * TensorFlow, as other processes do (native/kernels/register-addresses.cc). Inputs are n float32 tensors, numbered from
 * 0 on. Gives `[n, 4]` float32: where the numbers of each lie, an address as four numbers of 16 bits, the least
 * significant first.
 */
export function registerAddresses(): void {
  replaceKernel<NativeBackend, unknown>('Addresses', 'tensorflow', ({inputs, backend}) => {
    const given = Object.values(inputs);
    const attributes = [{name: 'N', type: backend.binding.TF_ATTR_INT, value: given.length}];
    return backend.executeSingleOutput('ContrastiveAddresses', attributes, given);
  });
}
