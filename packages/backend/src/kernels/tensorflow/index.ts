import type {KernelSet} from '../../native/load-kernels.js';
import {replaceKernel} from '../register.js';
import {registerBatchNorm} from './batch-norm.js';
import {registerBatchNormTraining} from './batch-norm-training.js';
import {registerConvolution} from './convolution.js';
import {registerImagesFromBytes} from './images-from-bytes.js';
import {type NativeBackend, typeAttribute} from './native-backend.js';
import {registerNormRelu} from './norm-relu.js';
import {registerAddresses} from './addresses.js';
import {registerUpdates} from './updates.js';

/**
 * Registers `ReluGrad` on the native backend: inputs {dy, y}, where y is ReLU's output; dy where y is positive, else 0.
 */
const registerReluGrad = (): void => {
  replaceKernel<NativeBackend, unknown>('ReluGrad', 'tensorflow', ({inputs: {dy, y}, backend}) =>
    backend.executeSingleOutput('ReluGrad', [typeAttribute(backend, 'T')], [dy, y]),
  );
};

/**
 * Registers `SparseSoftmaxCrossEntropy` on the native backend: inputs {logits `[n, k]` float32, labels `[n]` int32},
 * outputs [loss `[n]`, its gradient `[n, k]`].
 */
const registerSparseSoftmaxCrossEntropy = (): void => {
  replaceKernel<NativeBackend, unknown>(
    'SparseSoftmaxCrossEntropy',
    'tensorflow',
    ({inputs: {logits, labels}, backend}) => {
      const attributes = [typeAttribute(backend, 'T'), typeAttribute(backend, 'Tlabels', 'TF_INT32')];
      return backend.executeMultipleOutputs('SparseSoftmaxCrossEntropyWithLogits', attributes, [logits, labels], 2);
    },
  );
};

/**
 * Registers the training kernels that stock TensorFlow.js lacks or runs slowly on the native backend, which must be
 * loaded.
 *
 * @param set our own kernels for the processor that are loaded into native TensorFlow, if any.
 * @param convolutions `f2` for tiles of 2×2 pixels in all 3×3 convolutions.
 */
export const registerTensorflowKernels = (set?: KernelSet, convolutions?: 'f2'): void => {
  registerConvolution(set, convolutions);
  if (set !== undefined) {
    registerUpdates();
    registerAddresses();
    registerNormRelu(set);
    registerBatchNorm();
  }
  registerBatchNormTraining();
  registerImagesFromBytes();
  registerReluGrad();
  registerSparseSoftmaxCrossEntropy();
};
