import type {KernelSet} from '../native/load-kernels.js';
import {registerBatchNormTrainingGradient} from './gradients/batch-norm-training.js';
import {registerReluGradient} from './gradients/relu.js';
import {registerSparseSoftmaxCrossEntropyGradient} from './gradients/sparse-softmax-cross-entropy.js';
import {registerBatchNormTraining} from './tensorflow/batch-norm-training.js';
import {registerConvolution} from './tensorflow/convolution.js';
import {registerImagesFromBytes} from './tensorflow/images-from-bytes.js';
import {registerReluGrad} from './tensorflow/relu-grad.js';
import {registerSgdUpdate} from './tensorflow/sgd-update.js';
import {registerSparseSoftmaxCrossEntropy} from './tensorflow/sparse-softmax-cross-entropy.js';
import {registerBatchMatMul} from './wasm/batch-mat-mul.js';
import {registerBatchNormTraining as registerBatchNormTrainingOnWasm} from './wasm/batch-norm-training.js';
import {registerConv2DBackpropFilter} from './wasm/conv2d-backprop-filter.js';
import {registerConv2DBackpropInput} from './wasm/conv2d-backprop-input.js';
import {registerDepthwiseConv2DBackprop} from './wasm/depthwise-conv2d-backprop.js';
import {registerMaxPoolGrad} from './wasm/max-pool-grad.js';
import {registerSlice} from './wasm/slice.js';
import {registerSparseSoftmaxCrossEntropy as registerSparseSoftmaxCrossEntropyOnWasm} from './wasm/sparse-softmax-cross-entropy.js';
import {registerUnsortedSegmentSum} from './wasm/unsorted-segment-sum.js';

/** Backends that this package knows kernels for. */
export type KernelBackend = 'tensorflow' | 'wasm' | 'cpu';

const registered = new Set<KernelBackend>();

/** What there is besides the backend itself. */
export interface KernelOptions {
  /** The set of our own kernels for the processor that is loaded into native TensorFlow. */
  readonly set?: KernelSet;
}

const kernels: Record<KernelBackend, (options: KernelOptions) => void> = {
  tensorflow: ({set}) => {
    registerConvolution(set);
    if (set !== undefined) registerSgdUpdate();
    registerBatchNormTraining();
    registerImagesFromBytes();
    registerReluGrad();
    registerSparseSoftmaxCrossEntropy();
  },
  wasm: () => {
    registerBatchMatMul();
    registerBatchNormTrainingOnWasm();
    registerConv2DBackpropFilter();
    registerConv2DBackpropInput();
    registerDepthwiseConv2DBackprop();
    registerMaxPoolGrad();
    registerSlice();
    registerSparseSoftmaxCrossEntropyOnWasm();
    registerUnsortedSegmentSum();
  },
  cpu: () => undefined,
};

/**
 * Registers the training kernels and gradients that stock TensorFlow.js lacks or runs slowly on one backend; a second
 * call does nothing. It needs the stock gradients, which `@tensorflow/tfjs` registers, and the backend's package
 * imported before.
 *
 * @param backendName the backend that the kernels are for; `cpu` has none of its own.
 * @param options see {@link KernelOptions}.
 */
export const registerKernels = (backendName: KernelBackend, options: KernelOptions = {}): void => {
  if (registered.has(backendName)) {
    return;
  }
  if (registered.size === 0) {
    registerBatchNormTrainingGradient();
    registerReluGradient();
    registerSparseSoftmaxCrossEntropyGradient();
  }
  kernels[backendName](options);
  registered.add(backendName);
};
