import * as tf from '@tensorflow/tfjs-core';
import {golden} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {lars, type LarsOptions} from '../src/index.js';
import {applyStep, weights} from './support.js';

/** Golden values are in float64; each of the five steps rounds to float32 a few times. */
const float32 = {rtol: 1e-6, atol: 1e-6};
/** Velocities are a thousandth of the weights: their own digits count, as far as the weights' rounding lets them. */
const relative = {rtol: 3e-6, atol: 1e-8};
/** Published to nine decimals; float32 has a spacing of 1.2e-7 at 1 and 2.4e-7 at 2. */
const published = {rtol: 1.2e-7, atol: 5e-8};

interface Golden {
  readonly cases: {
    readonly name: string;
    readonly options: LarsOptions;
    readonly start: string;
    readonly gradients: string;
    readonly decays: boolean;
    readonly adapts: boolean;
    readonly weights: number[][];
    readonly velocities: number[][];
  }[];
}
const {cases} = golden(import.meta.url, 'lars') as Golden;

test.each(cases)(
  'equals the formula over five steps: $name',
  ({options, start, gradients, decays, adapts, ...expected}) => {
    const parameters = {w: weights(start)};
    const optimizer = lars(parameters, {...options, decays: () => decays, adapts: () => adapts});
    for (let step = 0; step < 5; step++) {
      applyStep(optimizer, parameters, step, gradients === 'zeros' ? 0 : 1);
      expect(parameters.w).toBeAllclose(expected.weights[step], float32);
      expect(optimizer.state()['momentum/w']).toBeAllclose(expected.velocities[step], relative);
    }
    optimizer.dispose();
    parameters.w.dispose();
  },
);

describe('the values published for both forms', () => {
  const gradients = [
    [0.1, 0.2, -0.3],
    [-0.2, 0.1, 0.05],
    [0.05, -0.1, 0.2],
  ];

  function run(form: 'official' | 'popular', steps: number): number[][] {
    return tf.tidy(() => {
      const w = tf.variable(tf.tensor1d([0.5, -1, 2]));
      const optimizer = lars({'encoder/conv1/kernel': w}, {form, weightDecay: 1e-4});
      const seen = gradients.slice(0, steps).map(g => {
        optimizer.apply({'encoder/conv1/kernel': tf.tensor1d(g)}, 0.3);
        return Array.from(w.dataSync());
      });
      optimizer.dispose();
      w.dispose();
      return seen;
    });
  }

  test('official', () => {
    const expected = [
      [0.499816098, -1.000367437, 2.000551063],
      [0.500250707, -1.000997965, 2.000896351],
      [0.500491773, -1.001265274, 2.000606778],
    ];
    expect(run('official', 3)).toBeAllclose(expected, published);
  });

  test('popular', () => {
    const [step] = run('popular', 1);
    expect(step).toBeAllclose([0.499816309, -1.000367015, 2.000550431], published);
    expect(step).not.toBeAllclose(run('official', 1), published);
  });
});

describe('by default', () => {
  test('spares parameters of BatchNorm and biases, which take plain momentum', () => {
    const names = ['a/conv1/kernel', 'a/bn1/gamma', 'a/bn1/beta', 'a/fc/bias'];
    const parameters = Object.fromEntries(names.map(name => [name, weights()]));
    const optimizer = lars(parameters, {weightDecay: 0.01});
    for (let step = 0; step < 5; step++) applyStep(optimizer, parameters, step);
    const [kernel, ...spared] = names.map(name => parameters[name]);
    const expected = (wanted: string): number[] => cases.find(({name}) => name === wanted)?.weights[4] ?? [];
    expect(kernel).toBeAllclose(expected('official'), float32);
    for (const parameter of spared) expect(parameter).toBeAllclose(expected('official, neither'), float32);
    optimizer.dispose();
    tf.dispose(parameters);
  });

  test('decays as the paper, adapts what decays, and takes the official form', () => {
    const [plain, spelled] = [{w: weights()}, {w: weights()}];
    const optimizers = [
      lars(plain),
      lars(spelled, {
        momentum: 0.9,
        nesterov: false,
        weightDecay: 1e-6,
        trustCoefficient: 0.001,
        form: 'official',
        adapts: () => true,
      }),
    ];
    for (let step = 0; step < 5; step++) {
      applyStep(optimizers[0], plain, step);
      applyStep(optimizers[1], spelled, step);
    }
    expect(Array.from(plain.w.dataSync())).toEqual(Array.from(spelled.w.dataSync()));
    tf.dispose([plain, spelled]);
    for (const optimizer of optimizers) optimizer.dispose();
  });
});

test('the scale of the loss does not matter to what adapts, without decay', () => {
  const [once, twice] = [{w: weights()}, {w: weights()}];
  const optimizers = [lars(once, {weightDecay: 0}), lars(twice, {weightDecay: 0})];
  for (let step = 0; step < 5; step++) {
    applyStep(optimizers[0], once, step);
    applyStep(optimizers[1], twice, step, 2);
  }
  expect(twice.w).toBeAllclose(once.w, float32);
  expect(once.w).not.toBeAllclose(weights(), {rtol: 0, atol: 1e-4});
  tf.dispose([once, twice]);
  for (const optimizer of optimizers) optimizer.dispose();
});

test('the norms of a kernel of two million weights have the digits of double precision', async () => {
  const shape: [number, number, number, number] = [3, 3, 512, 512];
  const size = tf.util.sizeFromShape(shape);
  const values = Float32Array.from({length: size}, (_, i) => 0.05 * Math.sin(i) + (i === 0 ? 100 : 0));
  const slope = values.map((_, i) => 0.01 * Math.cos(3 * i));
  const norm = (x: Float32Array) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
  const w = tf.variable(tf.tensor(values, shape));
  const g = tf.tensor(slope, shape);
  const optimizer = lars({'encoder/conv/kernel': w}, {momentum: 0, weightDecay: 0, trustCoefficient: 1});
  optimizer.apply({'encoder/conv/kernel': g}, 1);
  const [moved] = await tf.tidy(() => tf.slice(tf.reshape(w, [size]), 1, 1)).data();
  const ratio = norm(values) / norm(slope);
  expect((values[1] - moved) / slope[1] / ratio).toBeCloseTo(1, 5);
  optimizer.dispose();
  tf.dispose([w, g]);
});
