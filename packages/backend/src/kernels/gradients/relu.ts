import * as tf from '@tensorflow/tfjs-core';
import {hasKernel, replaceGradient} from '../register.js';

/**
 * Gradient of `Relu` in one pass by the backend's kernel `ReluGrad` (inputs {dy, y}), where it has one. It saves the
 * output, which the next layer keeps alive anyway, where the stock gradient saves the input; the step function is the
 * same on both. `ReluGrad` has its gradient too, for second derivatives.
 */
export const registerReluGradient = (): void => {
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
