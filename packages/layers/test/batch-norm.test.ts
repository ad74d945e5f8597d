import {expectNoLeaks, golden} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {batchNorm, type Splitting} from '@contrastive/layers';
import {apply, built, chirp, hideKernel, read} from './support.js';

/** Against torch in double precision: what single precision leaves of values around 1. */
const CLOSE = {atol: 2e-5, rtol: 1e-5};
/**
 * Inputs around 1000 have a spacing of 6e-5 in single precision, so their mean and all that follows is known to about
 * that.
 */
const FAR = {atol: 2e-3, rtol: 1e-4};

interface Case {
  readonly shape: number[];
  readonly offset: number;
  readonly scale: boolean;
  readonly center: boolean;
  readonly splits: number;
  readonly splitting: Splitting;
  readonly steps: number;
  readonly y: number[];
  readonly dx: number[];
  readonly dGamma: number[] | null;
  readonly dBeta: number[] | null;
  readonly movingMean: number[];
  readonly movingVariance: number[];
  readonly inference: number[];
}
const cases = golden(import.meta.url, 'layers') as Record<string, Case>;

describe.each(
  Object.keys(cases).flatMap(name => [
    {name, how: 'as the backend has it'},
    {name, how: 'composed'},
  ]),
)('torch, $name, $how', ({name, how}) => {
  const {shape, offset, steps, y, dx, dGamma, dBeta, movingMean, movingVariance, inference, ...options} = cases[name];
  const close = offset === 0 ? CLOSE : FAR;
  let restore = (): void => undefined;
  beforeAll(() => {
    if (how === 'composed') restore = hideKernel();
  });
  afterAll(() => {
    restore();
  });

  test('outputs, gradients, running statistics, inference', () => {
    const layer = built(shape, options);
    const x = chirp(shape, 0.1, 1.7, 0.011, offset);
    const upstream = chirp(shape, 0.3, 0.9, 0.007);
    const weights = layer.trainableWeights.map(weight => weight.read()).filter(value => value instanceof tf.Variable);
    const loss = (input: tf.Tensor): tf.Scalar =>
      tf.sum(tf.mul(apply(layer, input, {updateStatistics: false}), upstream));
    expect(tf.grad(loss)(x)).toBeAllclose(dx, close);
    if (weights.length > 0) {
      const {grads} = tf.variableGrads(() => loss(x), weights);
      const gradients = weights.map(({name: variable}) => grads[variable]);
      const wanted = [dGamma, dBeta].filter(value => value !== null);
      gradients.forEach((gradient, i) => {
        expect(gradient).toBeAllclose(wanted[i], {...close, atol: 10 * close.atol});
      });
    }
    expect(read(layer, 'moving_mean')).toBeAllclose(new Array<number>(shape[shape.length - 1]).fill(0));
    expect(apply(layer, x)).toBeAllclose(y, close);
    for (let step = 1; step < steps; step++) apply(layer, chirp(shape, 0.1 + 0.5 * step, 1.7, 0.011, offset));
    expect(read(layer, 'moving_mean')).toBeAllclose(movingMean, close);
    expect(read(layer, 'moving_variance')).toBeAllclose(movingVariance, close);
    expect(apply(layer, x, {training: false})).toBeAllclose(inference, close);
  });
});

test('two networks of one process keep their own statistics, and a whole model forwards updateStatistics', () => {
  const model = tfl.sequential({layers: [tfl.layers.dense({units: 3, inputShape: [2]}), batchNorm({name: 'inner'})]});
  const x = chirp([4, 2], 0.1, 1.7, 0.011);
  const mean = read(model.layers[1], 'moving_mean');
  model.apply(x, {training: true, updateStatistics: false});
  expect(mean).toBeAllclose([0, 0, 0], {atol: 0});
  model.apply(x, {training: true});
  expect(tf.max(tf.abs(mean)).dataSync()[0]).toBeGreaterThan(0);
});

test('a frozen layer still normalises by the batch when training, as torch does', () => {
  const layer = built([6, 4]);
  const x = chirp([6, 4], 0.1, 1.7, 0.011);
  layer.trainable = false;
  expect(apply(layer, x)).toBeAllclose(cases.rows.y, CLOSE);
});

test('gammaInitializer zeros starts the scale at 0', () => {
  const layer = batchNorm({gammaInitializer: 'zeros'});
  layer.build([null, 3]);
  expect(apply(layer, chirp([4, 3], 0.1, 1.7, 0.011))).toBeAllclose(new Array<number>(12).fill(0), {atol: 0});
});

describe('bad use', () => {
  test.each([
    [{epsilon: 0}, 'batchNorm: expected a number above 0 as epsilon, got 0.'],
    [{epsilon: NaN}, 'got NaN'],
    [{momentum: 1.1}, 'expected a number from 0 to 1 as momentum, got 1.1; it is the fraction kept.'],
    [{gammaInitializer: 'two' as 'ones'}, "expected 'ones' or 'zeros' as gammaInitializer, got 'two'."],
    [{eps: 1e-3}, 'batchNorm: expected options among'],
  ])('%o', (options: object, message) => {
    expect(() => batchNorm(options)).toThrow(message);
  });

  test('one value a channel', () => {
    const layer = built([1, 1, 1, 2]);
    expect(() => apply(layer, tf.zeros([1, 1, 1, 2]))).toThrow(
      /at least two values a channel in training, got shape \[1, 1, 1, 2\]/,
    );
    expect(apply(layer, tf.zeros([1, 1, 1, 2]), {training: false}).shape).toEqual([1, 1, 1, 2]);
  });
});

test.each(['as the backend has it', 'composed'])(
  'training, its gradients and the running statistics leak no tensor: %s',
  async how => {
    const restore = how === 'composed' ? hideKernel() : () => undefined;
    try {
      for (const shape of [
        [3, 2, 4, 5],
        [6, 4],
      ]) {
        const layer = built(shape);
        const x = chirp(shape, 0.1, 1.7, 0.011);
        await expectNoLeaks(() => {
          const {value, grads} = tf.variableGrads(() => tf.sum<tf.Scalar>(tf.square(apply(layer, x))));
          tf.dispose([value, ...Object.values(grads)]);
          tf.dispose([apply(layer, x), apply(layer, x, {updateStatistics: false}), apply(layer, x, {training: false})]);
        });
      }
    } finally {
      restore();
    }
  },
);
