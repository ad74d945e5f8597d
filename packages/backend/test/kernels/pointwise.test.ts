import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';

/** Sums of hundreds of products in another order. */
const SUMS = {rtol: 1e-4, atol: 1e-3};

const rows = (images: tf.Tensor4D): tf.Tensor => tf.reshape(images, [-1, images.shape[3]]);

// On some processors oneDNN's are wrong for few channels with a stride, and for many end the process some calls later.
test.each([
  [28, 2, 4],
  [27, 8, 16],
  [14, 256, 512],
  [14, 512, 1024],
])('1 x 1 filters with a stride and both gradients: images of %i, %i to %i channels', (side, input, output) => {
  const half = Math.ceil(side / 2);
  for (let i = 0; i < 5; i++) {
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([8, side, side, input], 0, 1, 'float32', 1);
      const filter = tf.randomNormal<tf.Rank.R4>([1, 1, input, output], 0, 1, 'float32', 2);
      const dy = tf.randomNormal<tf.Rank.R4>([8, half, half, output], 0, 1, 'float32', 3);
      const gradients = tf.grads((a, b) =>
        tf.sum(tf.mul(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 'same'), dy)),
      );
      const [dx, dFilter] = gradients([x, filter]);
      const met = tf.reshape(tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, 2, 2, 1]), [-1, input]);
      const [matrix, rows] = [tf.reshape(filter, [input, output]), tf.reshape(dy, [-1, output])];
      expect(tf.conv2d(x, filter, 2, 'same')).toBeAllclose(tf.reshape(tf.matMul(met, matrix), dy.shape), SUMS);
      expect(dFilter).toBeAllclose(tf.reshape(tf.matMul(met, rows, true), filter.shape), SUMS);
      const back = tf.reshape(tf.matMul(rows, matrix, false, true), [8, half, half, input]);
      expect(tf.stridedSlice(dx, [0, 0, 0, 0], x.shape, [1, 2, 2, 1])).toBeAllclose(back, SUMS);
      expect(tf.sum(tf.abs(dx))).toBeAllclose(tf.sum(tf.abs(back)), {rtol: 1e-4});
    });
  }
});

test('filters of one pixel without a stride', () => {
  tf.tidy(() => {
    const x = tf.randomNormal<tf.Rank.R4>([8, 7, 7, 512], 0, 1, 'float32', 1);
    const filter = tf.randomNormal<tf.Rank.R4>([1, 1, 512, 1024], 0, 1, 'float32', 2);
    const product = tf.matMul(tf.reshape(x, [-1, 512]), tf.reshape(filter, [512, 1024]));
    for (let i = 0; i < 10; i++) expect(rows(tf.conv2d(x, filter, 1, 'same'))).toBeAllclose(product, SUMS);
  });
});

test('with bias and activation', () => {
  tf.tidy(() => {
    const x = tf.randomNormal<tf.Rank.R4>([2, 5, 5, 3], 0, 1, 'float32', 1);
    const filter = tf.randomNormal<tf.Rank.R4>([1, 1, 3, 4], 0, 1, 'float32', 2);
    const bias = tf.tensor1d([1, -1, 0, 2]);
    expect(tf.conv2d(x, filter, 2, 0)).toBeAllclose(tf.conv2d(x, filter, 2, 'valid'), {rtol: 0, atol: 0});
    const fused = tf.fused.conv2d({x, filter, strides: 2, pad: 'valid', bias, activation: 'relu'});
    expect(fused).toBeAllclose(tf.relu(tf.add(tf.conv2d(x, filter, 2, 'valid'), bias)), SUMS);
  });
});
