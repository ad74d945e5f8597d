import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';

/** Sums of hundreds of products in another order. */
const SUMS = {rtol: 1e-4, atol: 1e-3};

// On some processors oneDNN's is wrong for few channels, and for more ends the process some calls later.
test.each([
  [2, 4],
  [8, 16],
  [256, 512],
])('the gradient of 1 x 1 filters with a stride, %i to %i channels', (input, output) => {
  for (let i = 0; i < 10; i++) {
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([16, 28, 28, input], 0, 1, 'float32', 1);
      const dy = tf.randomNormal<tf.Rank.R4>([16, 14, 14, output], 0, 1, 'float32', 2);
      const gradient = tf.grad((filter: tf.Tensor4D) => tf.sum(tf.mul(tf.conv2d(x, filter, 2, 'valid'), dy)));
      const met = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, 2, 2, 1]);
      const expected = tf.matMul(tf.reshape(met, [-1, input]), tf.reshape(dy, [-1, output]), true);
      expect(gradient(tf.zeros([1, 1, input, output]))).toBeAllclose(tf.reshape(expected, [1, 1, input, output]), SUMS);
    });
  }
});
