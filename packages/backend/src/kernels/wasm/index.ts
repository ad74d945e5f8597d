import {registerBatchMatMul} from './batch-mat-mul.js';
import {registerBatchNormTraining} from './batch-norm-training.js';
import {registerConv2DBackpropFilter} from './conv2d-backprop-filter.js';
import {registerConv2DBackpropInput} from './conv2d-backprop-input.js';
import {registerDepthwiseConv2DBackprop} from './depthwise-conv2d-backprop.js';
import {registerMaxPoolGrad} from './max-pool-grad.js';
import {registerSlice} from './slice.js';
import {registerSparseSoftmaxCrossEntropy} from './sparse-softmax-cross-entropy.js';
import {registerSum} from './sum.js';
import {registerUnsortedSegmentSum} from './unsorted-segment-sum.js';

/**
 * Registers the training kernels that stock TensorFlow.js lacks, has wrong or runs slowly on wasm, which must have
 * started: the stock kernels prepare themselves then, and ours call them.
 */
export const registerWasmKernels = (): void => {
  registerBatchMatMul();
  registerBatchNormTraining();
  registerConv2DBackpropFilter();
  registerConv2DBackpropInput();
  registerDepthwiseConv2DBackprop();
  registerMaxPoolGrad();
  registerSlice();
  registerSparseSoftmaxCrossEntropy();
  registerSum();
  registerUnsortedSegmentSum();
};
