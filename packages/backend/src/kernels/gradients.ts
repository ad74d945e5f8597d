import * as tf from '@tensorflow/tfjs-core';
import {hasKernel, replaceGradient} from './register.js';

/**
 * Gradient of the kernel `BatchNormTraining` through its first output, by the backend's kernel `BatchNormTrainingGrad`:
 * inputs {dy, x, gamma} and the three private outputs of the forward kernel, attrs {epsilon}, outputs [dx, dgamma,
 * dbeta].
 */
const registerBatchNormTrainingGradient = (): void => {
  replaceGradient('BatchNormTraining', () => ({
    inputsToSave: ['x', 'gamma'],
    outputsToSave: [false, false, false, true, true, true],
    gradFunc: (dys, saved, attrs) => {
      const [dy] = dys as tf.Tensor[];
      const [x, gamma, reserve1, reserve2, reserve3] = saved;
      // Computed at once, not in the thunks: the engine disposes what a thunk leaves, so that a shared result would be
      // gone for the next one.
      const [dx, dgamma, dbeta] = tf
        .engine()
        .runKernel<tf.Tensor[]>('BatchNormTrainingGrad', {dy, x, gamma, reserve1, reserve2, reserve3}, attrs);
      return {x: () => dx, gamma: () => dgamma, beta: () => dbeta};
    },
  }));
};

/**
 * Gradient of `Relu` in one pass by the backend's kernel `ReluGrad` (inputs {dy, y}), where it has one. It saves the
 * output, which the next layer keeps alive anyway, where the stock gradient saves the input; the step function is the
 * same on both. `ReluGrad` has its gradient too, for second derivatives.
 */
const registerReluGradient = (): void => {
  replaceGradient('Relu', stock => ({
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      if (hasKernel('ReluGrad')) {
        const inputs = {dy: dy as tf.Tensor, y: saved[0]};
        return {x: () => tf.engine().runKernel<tf.Tensor>('ReluGrad', inputs)};
      }
      if (!stock) {
        throw new Error(
          "ReLU's gradient: TensorFlow.js has registered none; import '@tensorflow/tfjs' before the kernels are " +
            'registered',
        );
      }
      return stock.gradFunc(dy, saved, attrs);
    },
  }));
  replaceGradient('ReluGrad', () => ({
    inputsToSave: ['y'],
    gradFunc: (dy, [y]) => ({
      dy: () => tf.engine().runKernel<tf.Tensor>('ReluGrad', {dy: dy as tf.Tensor, y}),
      y: () => tf.zerosLike(y),
    }),
  }));
};

/**
 * Gradient of the kernel `SparseSoftmaxCrossEntropy`, whose second, private output is the gradient `[n, k]` of each
 * row's loss.
 */
const registerSparseSoftmaxCrossEntropyGradient = (): void => {
  replaceGradient('SparseSoftmaxCrossEntropy', () => ({
    outputsToSave: [false, true],
    gradFunc: (dys, [backprop]) => {
      const [dy] = dys as tf.Tensor[];
      return {logits: () => tf.mul(backprop, tf.expandDims(dy, 1))};
    },
  }));
};

/**
 * Registers the gradients of our kernels, and ReLU's, for all backends. It needs the stock gradients, which
 * `@tensorflow/tfjs` registers.
 */
export const registerGradients = (): void => {
  registerBatchNormTrainingGradient();
  registerReluGradient();
  registerSparseSoftmaxCrossEntropyGradient();
};
