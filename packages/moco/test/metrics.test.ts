import * as tf from '@tensorflow/tfjs-core';
import {expectNoLeaks} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {embeddingSpread} from '@contrastive/losses';
import {keyAccuracy} from '../src/metrics.js';

/** Rows of length 3 at these angles, which `negatives` must not be. */
const circle = (angles: number[], length = 3): tf.Tensor2D =>
  tf.tensor2d(angles.map(a => [length * Math.cos(a), length * Math.sin(a)]));

describe('keyAccuracy', () => {
  const accuracy = (queries: number[], keys: number[], negatives: number[], top?: number): number =>
    tf.tidy(
      () => keyAccuracy({z1: circle(queries), z2: circle(keys), negatives: circle(negatives, 1)}, top).dataSync()[0],
    );

  test('counts queries whose key is nearer than all negatives', () => {
    // The key of the second query is 0.5 away, the nearest negatives 0.3 and 0.4.
    const [queries, keys, negatives] = [
      [0, 2],
      [0.1, 2.5],
      [0.2, 2.3, 1.6, 4],
    ];
    expect(accuracy(queries, keys, negatives)).toBe(0.5);
    expect(accuracy(queries, keys, negatives, 2)).toBe(0.5);
    expect(accuracy(queries, keys, negatives, 3)).toBe(1);
  });

  test('is 0 where all is one point', () => {
    expect(accuracy([1, 1], [1, 1], [1, 1, 1, 1, 1, 1])).toBe(0);
    expect(accuracy([1, 1], [1, 1], [1, 1, 1, 1, 1, 1], 5)).toBe(0);
  });
});

describe('embeddingSpread', () => {
  const spread = (make: () => tf.Tensor2D): number => tf.tidy(() => embeddingSpread(make()).dataSync()[0]);

  test('is 1/√d for directions that cover the sphere, 0 for one point', () => {
    expect(spread(() => tf.eye(10))).toBeAllclose(1 / Math.sqrt(10), {rtol: 1e-6});
    expect(spread(() => tf.mul(tf.randomNormal<tf.Rank.R2>([4000, 16], 0, 1, 'float32', 1), 5))).toBeAllclose(0.25, {
      rtol: 0.02,
    });
    expect(spread(() => tf.mul(tf.ones<tf.Rank.R2>([6, 4]), 7))).toBeAllclose(0, {atol: 1e-7});
    expect(spread(() => tf.ones([1, 4]))).toBe(0);
  });
});

test('no tensor is left', async () => {
  await expectNoLeaks(() => {
    const z = circle([1, 2, 3], 1);
    tf.dispose([keyAccuracy({z1: z, z2: z, negatives: z}), embeddingSpread(z), z]);
  });
});
