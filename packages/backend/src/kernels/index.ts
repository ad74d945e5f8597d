import {registerBatchNormTrainingGradient} from './gradients/batch-norm-training.js';
import {registerReluGradient} from './gradients/relu.js';
import {registerSparseSoftmaxCrossEntropyGradient} from './gradients/sparse-softmax-cross-entropy.js';
import {registerBatchNormTraining} from './tensorflow/batch-norm-training.js';
import {registerReluGrad} from './tensorflow/relu-grad.js';
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

const kernels: Record<KernelBackend, () => void> = {
  tensorflow: () => {
    registerBatchNormTraining();
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
 * Registers the training kernels and gradients that stock TensorFlow.js lacks or runs slowly on one backend; a second call does nothing. It needs the
 * stock gradients, which `@tensorflow/tfjs` registers, and the backend's package imported before.
 *
 * @param backendName the backend that the kernels are for; `cpu` has none of its own.
 */
export const registerKernels = (backendName: KernelBackend): void => {
  if (registered.has(backendName)) {
    return;
  }
  if (registered.size === 0) {
    registerBatchNormTrainingGradient();
    registerReluGradient();
    registerSparseSoftmaxCrossEntropyGradient();
  }
  kernels[backendName]();
  registered.add(backendName);
};
