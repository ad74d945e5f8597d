import {namedWeights} from '@contrastive/layers';
import {mocoV1Head, mocoV2Head, projectionHead, simclrHead} from '@contrastive/projection-head';
import {expectNoLeaks, fillByFormula, formula, golden, ofLargest} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {describe, expect, test} from 'vitest';

/** Against torch in double precision, relative to the largest number of the tensor. */
const FLOAT32 = 1e-4;
const close = (values: readonly number[]) => ofLargest(FLOAT32, values);
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

/** Weights by layer and kind, `projection1/kernel`; all, or those that are trained. */
const weights = (model: tfl.LayersModel, trained = false): Record<string, tf.Variable> =>
  Object.fromEntries(
    namedWeights(model, '')
      .filter(({trainable}) => trainable || !trained)
      .map(({name, variable}) => [name.slice(1), variable]),
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
  const variables = weights(model, true);
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

test.each([
  ['simclr', simclrHead],
  ['moco v1', mocoV1Head],
  ['moco v2', mocoV2Head],
])('the head of %s is that of the encoder or of its number of features', (_, make) => {
  const encoder = tfl.sequential({layers: [tfl.layers.flatten({inputShape: [2, 3, 1]})]});
  const [ofEncoder, ofNumber] = [make(encoder, {seed: 3}), make(6, {seed: 3})];
  expect(ofEncoder.name).toBe(ofNumber.name);
  expect([ofEncoder.inputs[0].shape, ofEncoder.outputs[0].shape]).toEqual([
    [null, 6],
    [null, 128],
  ]);
  for (const [name, value] of Object.entries(weights(ofEncoder)))
    expect(weights(ofNumber)[name]).toBeAllclose(value, {rtol: 0, atol: 0});
});

test('what is undefined counts as left out', () => {
  const [plain, spelled] = [simclrHead(8), simclrHead(8, {initializer: undefined, name: undefined, seed: undefined})];
  expect(spelled.name).toBe(plain.name);
  for (const [name, value] of Object.entries(weights(plain)))
    expect(weights(spelled)[name]).toBeAllclose(value, {rtol: 0, atol: 0});
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

const heads4 = {
  projectionHead: (options: object) => projectionHead({inputDim: 4, ...options}),
  simclrHead: (options: object) => simclrHead(4, options),
  mocoV1Head: (options: object) => mocoV1Head(4, options),
  mocoV2Head: (options: object) => mocoV2Head(4, options),
};
type Refusal = [name: keyof typeof heads4, options: object, kind: new () => Error, message: string];

test.each<Refusal>([
  ...(['projectionHead', 'simclrHead', 'mocoV1Head', 'mocoV2Head'] as const).flatMap((name): Refusal[] => [
    [name, {outputDim: 1.5}, RangeError, 'expected an integer from 1 on as outputDim, got 1.5.'],
    [name, {outputDim: '64'}, TypeError, "as outputDim, got '64'."],
    [name, {seed: NaN}, RangeError, 'expected an integer as seed, got NaN.'],
    [name, {name: 3}, TypeError, 'expected text as name, got 3.'],
    [name, {outputDims: 3}, TypeError, 'got outputDims; did you mean outputDim?'],
  ]),
  ['projectionHead', {inputDim: undefined}, TypeError, 'expected an integer from 1 on as inputDim, got undefined.'],
  ['projectionHead', {inputDim: 0}, RangeError, 'as inputDim, got 0.'],
  [
    'projectionHead',
    {hiddenDims: [4, -1]},
    RangeError,
    'expected a list of integers from 1 on as hiddenDims, got [4, -1].',
  ],
  ['projectionHead', {hiddenDims: 4}, TypeError, 'as hiddenDims, got 4.'],
  ['projectionHead', {batchNorm: 'yes'}, TypeError, "expected true or false as batchNorm, got 'yes'."],
  [
    'projectionHead',
    {lastBatchNorm: 'full'},
    RangeError,
    "expected 'none', 'scale' or 'affine' as lastBatchNorm, got 'full'.",
  ],
  ['projectionHead', {bias: 0}, TypeError, 'expected true or false as bias, got 0.'],
  [
    'projectionHead',
    {initializer: 'glorot'},
    RangeError,
    "expected 'uniform' or 'normal' as initializer, got 'glorot'.",
  ],
  ['simclrHead', {layers: 0}, RangeError, 'expected an integer from 1 on as layers, got 0.'],
  ['simclrHead', {hiddenDim: null}, TypeError, 'expected an integer from 1 on as hiddenDim, got null.'],
  ['simclrHead', {initializer: 1}, TypeError, 'as initializer, got 1.'],
  ['mocoV2Head', {hiddenDims: [3]}, TypeError, 'expected options among outputDim, seed, name, got hiddenDims; '],
])('%s refuses %j', (name, options, kind, message) => {
  const before = tf.memory().numTensors;
  expect(() => heads4[name](options)).toThrow(kind);
  expect(() => heads4[name](options)).toThrow(`${name}: expected `);
  expect(() => heads4[name](options)).toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});

const images = [null, null, 3];
const [unpooled, unknown] = [
  tfl.sequential({layers: [tfl.layers.conv2d({filters: 5, kernelSize: 1, batchInputShape: [null, ...images]})]}),
  tfl.sequential({layers: [tfl.layers.reshape({targetShape: [null], batchInputShape: [null, ...images]})]}),
];

describe.each([
  ['simclrHead', simclrHead],
  ['mocoV1Head', mocoV1Head],
  ['mocoV2Head', mocoV2Head],
])('%s refuses', (name, make) => {
  test.each<[what: string, features: unknown, kind: new () => Error, message: string]>([
    ['text', '512', TypeError, "expected an encoder, or an integer from 1 on, as features, got '512'; give a built"],
    ['no feature', 0, RangeError, 'as features, got 0; '],
    ['nothing', undefined, TypeError, 'as features, got undefined; '],
    [
      'a model that is not built',
      tfl.sequential(),
      TypeError,
      'as features, got a Sequential; give a built LayersModel',
    ],
    [
      'images',
      unpooled,
      RangeError,
      'expected an encoder with one output [n, d] and a known d, got [n, n, n, 5]; end it',
    ],
    ['any number of features', unknown, RangeError, 'got [n, n]; end it with globalAveragePooling2d, or with flatten'],
  ])('%s', (_, features, kind, message) => {
    expect(() => make(features as number)).toThrow(kind);
    expect(() => make(features as number)).toThrow(`${name}: expected an encoder`);
    expect(() => make(features as number)).toThrow(message);
  });
});

test.each(Object.keys(heads))('%s: a training pass with gradients leaks no tensor', async name => {
  const model = heads[name]();
  const x = features();
  const variables = Object.values(weights(model, true));
  await expectNoLeaks(() => {
    const {value, grads} = tf.variableGrads(
      () => tf.mean<tf.Scalar>(tf.square(model.apply(x, {training: true}) as tf.Tensor)),
      variables,
    );
    tf.dispose([value, ...Object.values(grads)]);
    tf.dispose(model.predict(x));
  });
});
