import * as tf from '@tensorflow/tfjs-core';
import {golden} from '@contrastive/testing';
import {expect, test} from 'vitest';
import {sgd, type SgdOptions} from '../src/index.js';
import {applyStep, weights} from './support.js';

/** Golden values are in float64; each of the five steps rounds to float32 once or twice. */
const float32 = {rtol: 1e-6, atol: 1e-6};

interface Golden {
  readonly cases: (Required<Omit<SgdOptions, 'decays'>> & {readonly name: string; readonly weights: number[][]})[];
}
const {cases} = golden(import.meta.url, 'optim') as Golden;

test.each(cases)(
  'equals torch.optim.SGD over five steps: $name',
  ({weights: expected, momentum, weightDecay, nesterov}) => {
    const parameters = {w: weights()};
    const optimizer = sgd(parameters, {momentum, weightDecay, nesterov});
    for (let step = 0; step < 5; step++) {
      applyStep(optimizer, parameters, step);
      expect(parameters.w).toBeAllclose(expected[step], float32);
    }
    optimizer.dispose();
    parameters.w.dispose();
  },
);

test('decays only the parameters that it is told to', () => {
  const parameters = {kernel: weights(), bias: weights()};
  const optimizer = sgd(parameters, {momentum: 0.9, weightDecay: 0.01, decays: name => name === 'kernel'});
  for (let step = 0; step < 5; step++) applyStep(optimizer, parameters, step);
  const expected = (name: string): number[] => cases.find(c => c.name === name)?.weights[4] ?? [];
  expect(parameters.kernel).toBeAllclose(expected('momentum and weight decay'), float32);
  expect(parameters.bias).toBeAllclose(expected('momentum'), float32);
  optimizer.dispose();
  tf.dispose(parameters);
});
