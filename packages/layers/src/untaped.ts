import * as tf from '@tensorflow/tfjs-core';

/**
 * Runs `body` off the gradient tape: the body of a custom gradient is not recorded. Tensors that it makes are freed,
 * variables keep what it assigned.
 */
export function untaped(body: () => void): void {
  tf.tidy(() => {
    tf.customGrad(() => {
      body();
      return {value: tf.scalar(0), gradFunc: () => []};
    })();
  });
}
