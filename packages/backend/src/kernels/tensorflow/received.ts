import {replaceKernel} from '../register.js';
import type {NativeBackend} from './native-backend.js';

/**
 * Registers `Received` on the native backend, for tensors in main memory whose numbers come from outside of TensorFlow,
 * as those of other processes do (native/kernels/register-received.cc). Inputs are n float32 tensors, numbered from 0
 * on. Gives n new tensors of their shapes, which hold nothing yet, and `[2n, 4]` float32: where the numbers of the
 * given tensors and then those of the new ones lie, each address as four numbers of 16 bits, the least significant
 * first.
 */
export function registerReceived(): void {
  replaceKernel<NativeBackend, unknown>('Received', 'tensorflow', ({inputs, backend}) => {
    const given = Object.values(inputs);
    const attributes = [{name: 'N', type: backend.binding.TF_ATTR_INT, value: given.length}];
    return backend.executeMultipleOutputs('ContrastiveReceived', attributes, given, given.length + 1);
  });
}
