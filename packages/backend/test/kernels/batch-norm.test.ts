import {expectNoLeaks} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, test} from 'vitest';
import {normal} from './against-cpu.js';

const epsilon = 1e-3;

/** (x − μ)/√(σ² + ε) · γ + β in double precision, channels last. */
function direct(x: tf.Tensor, [mean, variance, gamma, beta]: readonly ArrayLike<number>[]): number[] {
  const c = mean.length;
  return Array.from(x.dataSync(), (value, i) => {
    const k = i % c;
    return ((value - mean[k]) / Math.sqrt(variance[k] + epsilon)) * gamma[k] + beta[k];
  });
}

describe('BatchNorm by given statistics', () => {
  test.each([
    [[3, 5], 0],
    [[2, 7, 33], 0],
    [[2, 3, 5, 16], 0],
    [[1, 9, 4, 1], 0],
    [[2, 11, 5, 130], 0],
    [[2, 6, 6, 8], 1000],
    [[0, 6, 6, 8], 0],
  ])('%j, with a mean of %i, is the formula', async (shape, far) => {
    const c = shape[shape.length - 1];
    const x = tf.add(normal(shape, 1), far);
    const mean = tf.add<tf.Tensor1D>(normal([c], 2), far);
    const variance = tf.square(normal([c], 3) as tf.Tensor1D);
    const [gamma, beta] = [normal([c], 4) as tf.Tensor1D, normal([c], 5) as tf.Tensor1D];
    const vectors = [mean, variance, gamma, beta].map(one => one.dataSync());
    await expectNoLeaks(() => {
      tf.tidy(() => {
        const found = tf.batchNorm(x, mean, variance, beta, gamma, epsilon);
        expect(found.shape).toEqual(shape);
        expect(found).toBeAllclose(direct(x, vectors), {atol: 2e-5, rtol: 2e-6});
        const plain = tf.batchNorm(x, mean, variance, undefined, undefined, epsilon);
        const none = Array.from(mean.dataSync(), () => 0);
        const wanted = direct(x, [vectors[0], vectors[1], none.map(() => 1), none]);
        expect(plain).toBeAllclose(wanted, {atol: 2e-5, rtol: 2e-6});
      });
    });
  });

  test('statistics of every place are taken as ever, and a gradient goes through', () => {
    const x = normal([2, 3, 3, 4], 1);
    const [mean, variance] = [normal([3, 3, 4], 2), tf.square(normal([3, 3, 4], 3))];
    const found = tf.batchNorm(x, mean, variance, undefined, undefined, epsilon);
    const wanted = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)));
    expect(found).toBeAllclose(wanted.dataSync(), {atol: 2e-5, rtol: 2e-6});
    const vector = tf.tensor1d([1, 2, 3, 4]);
    const [dx] = tf.grads(given => tf.batchNorm(given, vector, vector, vector, vector, 0))([x]);
    const slope = Float32Array.from({length: x.size}, (_, i) => Math.sqrt((i % 4) + 1));
    expect(dx).toBeAllclose(slope, {atol: 1e-5, rtol: 0});
  });
});
