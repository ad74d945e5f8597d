import * as tf from '@tensorflow/tfjs-core';
import {expectNoLeaks} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import type {LossInput} from '../src/index.js';
import {forms, taken} from './all-losses.js';
import {evaluate, gradients, unit, wave, type Batch} from './evaluate.js';

const rest = {negatives: unit(wave(5, 2, 0.4)), labels: [4, 4, 9]};

const batches: [name: string, batch: Required<Batch>][] = [
  [
    'zero rows',
    {
      z1: [
        [0, 0],
        [1, 2],
        [0, 0],
      ],
      z2: [
        [0, 0],
        [0, 0],
        [3, 1],
      ],
      ...rest,
    },
  ],
  [
    'zeros only',
    {
      z1: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      z2: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      ...rest,
    },
  ],
  [
    'identical rows',
    {
      z1: [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      z2: [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      ...rest,
    },
  ],
  [
    'opposite rows',
    {
      z1: [
        [1, 0],
        [-1, 0],
        [1, 0],
      ],
      z2: [
        [-1, 0],
        [1, 0],
        [-1, 0],
      ],
      ...rest,
    },
  ],
  [
    'tiny and huge rows',
    {
      z1: [
        [1e-15, 0],
        [1e9, 1e9],
        [1, 1],
      ],
      z2: [
        [1e-20, 1e-20],
        [1e-3, 1e9],
        [1e-30, 1],
      ],
      ...rest,
    },
  ],
];

describe.each(forms)('$name', form => {
  test.each(batches)('value and gradients are finite for %s at temperature 0.01', (_, batch) => {
    const loss = form.make(0.01);
    const given = taken(form, batch);
    const numbers = [evaluate(loss, given), ...gradients(loss, given).flat()];
    expect(numbers.filter(x => !Number.isFinite(x))).toEqual([]);
    expect(numbers).toHaveLength(13);
  });

  test('leaves only its result behind, with and without a tape, and disposes nothing', async () => {
    const [z1, z2] = [tf.tensor2d(wave(7, 3, 0.2)), tf.tensor2d(wave(7, 3, 1.1))];
    const others = {
      ...(form.traits.negatives && {negatives: tf.tensor2d(unit(wave(4, 3, 2.2)))}),
      ...(form.traits.labels && {labels: tf.tensor1d([0, 1, 2, 0, 1, 2, 0], 'int32')}),
    };
    const loss = form.make(0.2);
    const call = (views: LossInput): tf.Scalar => loss({...others, ...views} as Required<LossInput>);
    await expectNoLeaks(() => {
      call({z1, z2}).dispose();
      const {value, grads} = tf.valueAndGrads((a, b) => call({z1: a as tf.Tensor2D, z2: b as tf.Tensor2D}))([z1, z2]);
      tf.dispose([value, grads]);
    });
    const given: tf.Tensor[] = [z1, z2, ...Object.values(others)];
    expect(given.some(({isDisposed}) => isDisposed)).toBe(false);
    tf.dispose(given);
  });
});
