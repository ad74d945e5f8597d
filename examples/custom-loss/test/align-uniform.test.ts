import {checkLoss} from '@contrastive/losses/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {alignUniform} from '../src/align-uniform.js';

const right = [1, 0];
const left = [-1, 0];
const up = [0, 1];
const down = [0, -1];

/** The loss of these rows. */
function value(loss: ReturnType<typeof alignUniform>, z1: number[][], z2: number[][], negatives?: number[][]): number {
  return tf.tidy(
    () =>
      loss({
        z1: tf.tensor2d(z1),
        z2: tf.tensor2d(z2),
        ...(negatives && {negatives: tf.tensor2d(negatives)}),
      }).dataSync()[0],
  );
}

test('keeps the contract, with negatives from the batch and from a queue', async () => {
  await checkLoss(alignUniform(), {viewSwapInvariant: true});
  await checkLoss(alignUniform(), {negatives: true});
  await checkLoss(alignUniform({weight: 0.5, t: 3}), {negatives: true});
});

test('has the values of the formula', () => {
  const loss = alignUniform();
  // Everything in one place: views agree, images do not spread.
  expect(value(loss, [right, right], [right, right])).toBeCloseTo(0, 5);
  // Two images on opposite sides, at distance 2: log exp(−2 · 4).
  expect(value(loss, [right, left], [right, left])).toBeCloseTo(-8, 5);
  // Views at right angles, at distance √2; images in one place.
  expect(value(loss, [right, right], [up, up])).toBeCloseTo(2, 5);
  // Three images, the pairs at distances √2, √2 and 2.
  const three = Math.log((2 * Math.exp(-4) + Math.exp(-8)) / 3);
  expect(value(loss, [right, up, left], [right, up, left])).toBeCloseTo(three, 5);
  // Lengths do not count.
  expect(
    value(
      loss,
      [
        [3, 0],
        [0, 0.1],
        [-7, 0],
      ],
      [right, up, left],
    ),
  ).toBeCloseTo(three, 5);
});

test('compares with the queue where there is one', () => {
  const loss = alignUniform();
  expect(value(loss, [right, right], [right, right], [up, down, up])).toBeCloseTo(-4, 5);
  expect(value(loss, [right], [left], [right, left])).toBeCloseTo(4 + Math.log((1 + Math.exp(-8)) / 2), 5);
});

test('weighs its two parts', () => {
  expect(value(alignUniform({weight: 0.5}), [right, left], [right, left])).toBeCloseTo(-4, 5);
  expect(value(alignUniform({t: 3}), [right, left], [right, left])).toBeCloseTo(-12, 5);
  expect(value(alignUniform({weight: 0}), [right, left], [up, up])).toBeCloseTo(2, 5);
});

test('one image has no pairs', () => {
  expect(() => value(alignUniform(), [right], [right])).toThrow(/needs at least two images in a batch, got 1/);
});
