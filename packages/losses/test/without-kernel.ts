import * as tf from '@tensorflow/tfjs-core';
import {afterAll, beforeAll} from 'vitest';

/** How a group of tests runs the softmax. */
export const softmaxes = ['fused where the backend can', 'composed of stock operations'] as const;

/** Takes the fused kernel away from the tests of the group around it, where they are to run composed. */
export function useSoftmax(how: (typeof softmaxes)[number]): void {
  // The registry's type omits that it answers nothing for a kernel that it does not have.
  const kernel = tf.getKernel('SparseSoftmaxCrossEntropy', tf.getBackend()) as tf.KernelConfig | undefined;
  if (how === 'fused where the backend can' || kernel == null) return;
  beforeAll(() => {
    tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  });
  afterAll(() => {
    tf.registerKernel(kernel);
  });
}
