import * as tf from '@tensorflow/tfjs-core';
import {replaceGradient} from '../register.js';

/**
 * Gradient of the kernel `BatchNormTraining` through its first output, by the backend's kernel `BatchNormTrainingGrad`:
 * inputs {dy, x, gamma} and the three private outputs of the forward kernel, attrs {epsilon}, outputs [dx, dgamma,
 * dbeta].
 */
export const registerBatchNormTrainingGradient = (): void => {
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
