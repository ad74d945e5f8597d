import * as tf from '@tensorflow/tfjs-core';
import {expectNoLeaks} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
// The loop's own walk along the tape, which is not public.
import {valueAndGradients} from '../../train/src/backward.js';
import {infoNCE, ntXent, type LossInput} from '../src/index.js';
import {evaluate, gradients, largest, unit, wave, type AnyLoss, type Batch} from './evaluate.js';

/** Both forms are in float32, and sum in another order. */
const float32 = {rtol: 1e-5, atol: 1e-5};

const losses: [name: string, make: (options: {temperature: number; blockSize?: number}) => AnyLoss][] = [
  ['ntXent', ntXent],
  ['infoNCE', infoNCE],
];

const batch = (loss: string, n: number, d: number, k: number): Batch => ({
  z1: wave(n, d, 0.2),
  z2: wave(n, d, 0.9),
  ...(loss === 'infoNCE' && {negatives: unit(wave(k, d, 2.3))}),
});

describe.each(losses)('%s in blocks', (name, make) => {
  test.each([
    [6, 1],
    [6, 3],
    [6, 4],
    [6, 5],
    [6, 12],
    [7, 2],
    [7, 100],
    [33, 8],
  ])('of %s pairs, block size %s, equals the plain form in value and gradients', (n, blockSize) => {
    const given = batch(name, n, 5, 9);
    for (const temperature of [0.07, 0.5]) {
      expect(evaluate(make({temperature, blockSize}), given)).toBeAllclose(
        evaluate(make({temperature}), given),
        float32,
      );
      const plain = gradients(make({temperature}), given);
      const atol = 1e-5 * Math.max(1, largest(plain.flat()));
      expect(gradients(make({temperature, blockSize}), given)).toBeAllclose(plain, {rtol: 0, atol});
    }
  });

  test('never makes the matrix that the plain form makes', async () => {
    const [n, k, d] = [128, 512, 4];
    const matrix = 4 * (name === 'ntXent' ? 4 * n * n : n * (k + 1)); // bytes
    const [z1, z2] = [tf.tensor2d(wave(n, d, 0.2)), tf.tensor2d(wave(n, d, 0.9))];
    const negatives = tf.tensor2d(unit(wave(k, d, 2.3)));
    const rest = name === 'infoNCE' ? {negatives} : {};
    const peak = async (loss: AnyLoss): Promise<number> => {
      const before = tf.memory().numBytes;
      const {peakBytes} = await tf.profile(() => {
        const input = (a: tf.Tensor, b: tf.Tensor): LossInput => ({
          ...rest,
          z1: a as tf.Tensor2D,
          z2: b as tf.Tensor2D,
        });
        tf.dispose(tf.grads((a, b) => loss(input(a, b) as Parameters<AnyLoss>[0]))([z1, z2]));
      });
      return peakBytes - before;
    };
    await peak(make({temperature: 0.5}));
    expect(await peak(make({temperature: 0.5}))).toBeGreaterThan(2 * matrix);
    expect(await peak(make({temperature: 0.5, blockSize: 8}))).toBeLessThan(matrix / 2);
    tf.dispose([z1, z2, negatives]);
  });

  test('scales its gradient by what comes after it', () => {
    const given = batch(name, 6, 5, 9);
    const loss = make({temperature: 0.5, blockSize: 4});
    const threefold = (input: LossInput): tf.Scalar => tf.tidy(() => tf.mul(loss(input as Parameters<AnyLoss>[0]), -3));
    const scaled = gradients(loss, given)
      .flat()
      .map(x => -3 * x);
    expect(gradients(threefold, given).flat()).toBeAllclose(scaled, {atol: 1e-6});
  });

  test('has the same gradients by the walk of the training loop, and leaves nothing behind', async () => {
    const given = batch(name, 6, 5, 9);
    const [by1, by2] = gradients(make({temperature: 0.5}), given);
    const loss = make({temperature: 0.5, blockSize: 4});
    const [z1, z2] = [tf.variable(tf.tensor2d(given.z1)), tf.variable(tf.tensor2d(given.z2))];
    const negatives = given.negatives && tf.tensor2d(given.negatives);
    const input: LossInput = {z1, z2, ...(negatives && {negatives})};
    const step = (): {value: tf.Scalar; gradients: readonly (tf.Tensor | undefined)[]} =>
      valueAndGradients(() => loss(input as Parameters<AnyLoss>[0]), [z1, z2]);
    const {value, gradients: found} = step();
    expect(value).toBeAllclose(evaluate(make({temperature: 0.5}), given));
    expect(found[0]?.dataSync() ?? []).toBeAllclose(by1, float32);
    expect(found[1]?.dataSync() ?? []).toBeAllclose(by2, float32);
    tf.dispose([value, [...found]]);
    await expectNoLeaks(() => {
      const again = step();
      tf.dispose([again.value, [...again.gradients]]);
    });
    tf.dispose([z1, z2, negatives ?? []]);
  });

  test('computes no gradient without a tape', async () => {
    const given = batch(name, 6, 5, 9);
    const tensors = {
      z1: tf.tensor2d(given.z1),
      z2: tf.tensor2d(given.z2),
      ...(given.negatives && {negatives: tf.tensor2d(given.negatives)}),
    };
    const loss = make({temperature: 0.5, blockSize: 6});
    const {kernels} = await tf.profile(() => {
      loss(tensors as Parameters<AnyLoss>[0]).dispose();
    });
    const products = kernels.filter(({name: kernel}) => kernel === 'BatchMatMul');
    expect(products).toHaveLength(name === 'ntXent' ? 2 : 1); // one a block, for its logits
    tf.dispose(tensors);
  });
});
