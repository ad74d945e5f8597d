import {identityHead, mocoV1Head, mocoV2Head, projectionHead, simclrHead} from '@contrastive/projection-head';
import {expectNoLeaks, fillByFormula, formula, golden} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import {describe, expect, test} from 'vitest';

/** Against torch in double precision, relative to the largest number of the tensor. */
const FLOAT32 = 1e-4;
const close = (values: readonly number[]): {rtol: number; atol: number} => ({
  rtol: FLOAT32,
  atol: FLOAT32 * Math.max(...values.map(Math.abs)),
});
const [ROWS, FEATURES, OUTPUTS] = [6, 5, 4];

const heads: Record<string, () => tfl.LayersModel> = {
  simclr: () => simclrHead(FEATURES, {outputDim: OUTPUTS}),
  'simclr of three layers, 7 wide': () => simclrHead(FEATURES, {outputDim: OUTPUTS, hiddenDim: 7, layers: 3}),
  'simclr of one layer': () => simclrHead(FEATURES, {outputDim: OUTPUTS, layers: 1}),
  'moco v1': () => mocoV1Head(FEATURES, {outputDim: OUTPUTS}),
  'moco v2': () => mocoV2Head(FEATURES, {outputDim: OUTPUTS}),
  general: () => projectionHead({inputDim: FEATURES, hiddenDims: [3], outputDim: OUTPUTS, lastBatchNorm: 'affine'}),
  'general without biases': () =>
    projectionHead({inputDim: FEATURES, hiddenDims: [3, 7], outputDim: OUTPUTS, bias: false}),
};
interface Expected {
  readonly training: number[];
  readonly inference: number[];
  readonly dx: number[];
  readonly gradients: Record<string, number[]>;
  /** Running statistics after one step. */
  readonly running: Record<string, number[]>;
}
const expected = golden(import.meta.url, 'projection-head') as Record<string, Expected>;

const weights = (model: tfl.LayersModel): Record<string, tf.Tensor> =>
  Object.fromEntries(model.weights.map(weight => [weight.originalName, weight.read()]));
const isVariable = (tensor: tf.Tensor): tensor is tf.Variable => tensor instanceof tf.Variable;
const parameters = (model: tfl.LayersModel): Record<string, tf.Variable> =>
  Object.fromEntries(
    model.trainableWeights.flatMap(weight => {
      const value = weight.read();
      return isVariable(value) ? [[weight.originalName, value]] : [];
    }),
  );
const features = (): tf.Tensor2D => tf.tensor2d(formula('features', ROWS * FEATURES), [ROWS, FEATURES]);

test.each(Object.keys(heads))('%s: outputs, gradients and running statistics of torch', name => {
  const model = heads[name]();
  fillByFormula(model);
  const wanted = expected[name];
  const x = features();
  const upstream = tf.tensor2d(formula('upstream', ROWS * OUTPUTS), [ROWS, OUTPUTS]);
  const loss = (input: tf.Tensor): tf.Scalar =>
    tf.sum(tf.mul(model.apply(input, {training: true, updateStatistics: false}) as tf.Tensor, upstream));
  expect(tf.grad(loss)(x)).toBeAllclose(wanted.dx, close(wanted.dx));
  const variables = parameters(model);
  expect(Object.keys(variables).sort()).toEqual(Object.keys(wanted.gradients).sort());
  const {grads} = tf.variableGrads(() => loss(x), Object.values(variables));
  for (const [weight, gradient] of Object.entries(wanted.gradients)) {
    expect(grads[variables[weight].name], weight).toBeAllclose(gradient, close(gradient));
  }
  expect(model.apply(x, {training: true}) as tf.Tensor).toBeAllclose(wanted.training, close(wanted.training));
  for (const [weight, values] of Object.entries(wanted.running))
    expect(weights(model)[weight], weight).toBeAllclose(values, close(values));
  expect(model.apply(x) as tf.Tensor).toBeAllclose(wanted.inference, close(wanted.inference));
});

test('the presets have the layers of their papers', () => {
  expect(Object.keys(weights(simclrHead(FEATURES))).sort()).toEqual([
    'projection1.bn/beta',
    'projection1.bn/gamma',
    'projection1.bn/moving_mean',
    'projection1.bn/moving_variance',
    'projection1/kernel',
    'projection2.bn/gamma',
    'projection2.bn/moving_mean',
    'projection2.bn/moving_variance',
    'projection2/kernel',
  ]);
  expect(Object.keys(weights(mocoV1Head(2048)))).toEqual(['projection1/kernel', 'projection1/bias']);
  expect(mocoV2Head(16).outputShape).toEqual([null, 128]);
  expect(Object.keys(weights(mocoV2Head(16)))).toEqual([
    'projection1/kernel',
    'projection1/bias',
    'projection2/kernel',
    'projection2/bias',
  ]);
  expect(weights(mocoV2Head(16))['projection1/kernel'].shape).toEqual([16, 16]);
});

test('the identity gives the features back and has no weights', () => {
  const model = identityHead(FEATURES);
  const x = features();
  expect(model.weights).toHaveLength(0);
  expect(model.apply(x, {training: true}) as tf.Tensor).toBeAllclose(x, {rtol: 0, atol: 0});
});

describe('weights at the start', () => {
  test('follow from the seed and their name', () => {
    const [first, again, other] = [0, 0, 1].map(seed => weights(mocoV2Head(16, {outputDim: 16, seed})));
    for (const [name, value] of Object.entries(first)) {
      expect(again[name]).toBeAllclose(value, {rtol: 0, atol: 0});
      expect(other[name]).not.toBeAllclose(value, {atol: 0.01});
    }
    expect(first['projection1/kernel']).not.toBeAllclose(first['projection2/kernel'], {atol: 0.01});
  });

  test('of SimCLR are normal with deviation 0.01', () => {
    const kernel = weights(simclrHead(128))['projection1/kernel']; // 16,384 numbers
    // The standard error of a deviation is 1/sqrt(2n) = 0.55 %; four of them.
    expect(tf.sqrt(tf.moments(kernel).variance)).toBeAllclose(0.01, {rtol: 0.022});
  });

  test('of MoCo are uniform within 1/sqrt(fan-in), biases too', () => {
    const {'projection1/kernel': kernel, 'projection1/bias': bias} = weights(mocoV1Head(400));
    for (const weight of [kernel, bias]) {
      const largest = tf.max(tf.abs(weight)).dataSync()[0];
      expect(largest).toBeLessThanOrEqual(0.05);
      expect(largest).toBeGreaterThan(0.045);
    }
    expect(tf.moments(kernel).variance).toBeAllclose(0.05 ** 2 / 3, {rtol: 0.03});
  });
});

test.each<[() => unknown, RegExp]>([
  [() => projectionHead({inputDim: 0}), /inputDim, got 0/],
  [() => projectionHead({inputDim: 4, outputDim: 1.5}), /outputDim, got 1\.5/],
  [() => projectionHead({inputDim: 4, hiddenDims: [4, -1]}), /hiddenDims, got -1/],
  [() => projectionHead({inputDim: 4, lastBatchNorm: 'full' as 'affine'}), /lastBatchNorm.*"full"/],
  [() => projectionHead({inputDim: 4, initializer: 'glorot' as 'normal'}), /initializer.*"glorot"/],
  [() => projectionHead({inputDim: 4, seed: NaN}), /seed, got NaN/],
  [() => simclrHead(4, {layers: 0}), /at least one layer, got 0/],
  [() => identityHead(-2), /inputDim, got -2/],
])('refuses a bad option: %s', (make, message) => {
  const before = tf.memory().numTensors;
  expect(make).toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});

test.each(Object.keys(heads))('%s: a training pass with gradients leaks no tensor', async name => {
  const model = heads[name]();
  const x = features();
  const variables = Object.values(parameters(model));
  await expectNoLeaks(() => {
    const {value, grads} = tf.variableGrads(
      () => tf.mean<tf.Scalar>(tf.square(model.apply(x, {training: true}) as tf.Tensor)),
      variables,
    );
    tf.dispose([value, ...Object.values(grads)]);
    tf.dispose(model.predict(x));
  });
});
