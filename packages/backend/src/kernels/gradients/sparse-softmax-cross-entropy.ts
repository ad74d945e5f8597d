import * as tf from '@tensorflow/tfjs-core';
import {replaceGradient} from '../register.js';

/**
 * Gradient of the kernel `SparseSoftmaxCrossEntropy`, whose second, private output is the gradient `[n, k]` of each
 * row's loss.
 */
export const registerSparseSoftmaxCrossEntropyGradient = (): void => {
  replaceGradient('SparseSoftmaxCrossEntropy', () => ({
    outputsToSave: [false, true],
    gradFunc: (dys, [backprop]) => {
      const [dy] = dys as tf.Tensor[];
      return {logits: () => tf.mul(backprop, tf.expandDims(dy, 1))};
    },
  }));
};
