import * as tf from '@tensorflow/tfjs-core';
import {golden} from '@contrastive/testing';
import {expect, test} from 'vitest';
import {adamw, type AdamWOptions} from '../src/index.js';
import {applyStep, weights} from './support.js';

/** Golden values are in float64; each of the five steps rounds to float32 a few times. */
const float32 = {rtol: 1e-6, atol: 1e-6};

interface Golden {
  readonly cases: {
    readonly name: string;
    readonly options: Required<Omit<AdamWOptions, 'decays'>>;
    readonly weights: number[][];
    readonly firstMoment: number[];
    readonly secondMoment: number[];
    readonly step: number;
  }[];
}
const {cases} = golden(import.meta.url, 'adamw') as Golden;

test.each(cases)('equals torch.optim.AdamW over five steps: $name', ({name, options, ...expected}) => {
  const parameters = {w: weights()};
  const optimizer = adamw(parameters, name === 'defaults' ? {} : options);
  for (let step = 0; step < 5; step++) {
    applyStep(optimizer, parameters, step);
    expect(parameters.w).toBeAllclose(expected.weights[step], float32);
  }
  const state = optimizer.state();
  expect(state['firstMoment/w']).toBeAllclose(expected.firstMoment, float32);
  expect(state['secondMoment/w']).toBeAllclose(expected.secondMoment, float32);
  expect(state.step).toBeAllclose(expected.step, {atol: 0, rtol: 0});
  optimizer.dispose();
  parameters.w.dispose();
});

test('decays only the parameters that it is told to', () => {
  const parameters = {kernel: weights(), bias: weights()};
  const optimizer = adamw(parameters, {decays: name => name === 'kernel'});
  for (let step = 0; step < 5; step++) applyStep(optimizer, parameters, step);
  const expected = (wanted: string): number[] => cases.find(({name}) => name === wanted)?.weights[4] ?? [];
  expect(parameters.kernel).toBeAllclose(expected('defaults'), float32);
  expect(parameters.bias).toBeAllclose(expected('no decay'), float32);
  expect(parameters.bias).not.toBeAllclose(parameters.kernel, float32);
  optimizer.dispose();
  tf.dispose(parameters);
});

test('after very many steps the moments are no longer corrected', async () => {
  const parameters = {w: weights()};
  const optimizer = adamw(parameters, {weightDecay: 0, epsilon: 0});
  const [ones, step, expected] = [tf.ones([6]), tf.scalar(10_000_000, 'int32'), tf.sub(parameters.w, 0.25)];
  await optimizer.restore({'firstMoment/w': ones, 'secondMoment/w': ones, step});
  optimizer.apply({w: ones}, 0.25);
  expect(parameters.w).toBeAllclose(expected, float32);
  optimizer.dispose();
  tf.dispose([parameters, ones, step, expected]);
});
