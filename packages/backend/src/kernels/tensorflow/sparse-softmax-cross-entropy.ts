import {replaceKernel} from '../register.js';
import {type NativeBackend, typeAttribute} from './native-backend.js';

/**
 * Registers `SparseSoftmaxCrossEntropy` on the native backend: inputs {logits `[n, k]` float32, labels `[n]` int32},
 * outputs [loss `[n]`, its gradient `[n, k]`].
 */
export const registerSparseSoftmaxCrossEntropy = (): void => {
  replaceKernel<NativeBackend, unknown>(
    'SparseSoftmaxCrossEntropy',
    'tensorflow',
    ({inputs: {logits, labels}, backend}) => {
      const attributes = [typeAttribute(backend, 'T'), typeAttribute(backend, 'Tlabels', 'TF_INT32')];
      return backend.executeMultipleOutputs('SparseSoftmaxCrossEntropyWithLogits', attributes, [logits, labels], 2);
    },
  );
};
