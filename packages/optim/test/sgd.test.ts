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

test.each([false, true])('many parameters of all sizes, without any number too; Nesterov: %s', nesterov => {
  const shapes = [[3, 3, 16, 300], [], [0], [1], [7, 0, 2], [65_537], [11, 13], [5]];
  const random = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
  const parameters = Object.fromEntries(
    shapes.map((shape, i) => [`p${i}`, tf.tidy(() => tf.variable(random(shape, i)))]),
  );
  const optimizer = sgd(parameters, {momentum: 0.9, weightDecay: 0.01, nesterov, decays: name => name !== 'p6'});
  const names = Object.keys(parameters);
  tf.tidy(() => {
    const gradients = Object.fromEntries(names.map((name, i) => [name, random(shapes[i], 100 + i)]));
    const clones = names.map(name => tf.clone(parameters[name]));
    const before = clones.map(clone => Array.from(clone.dataSync()));
    for (let step = 0; step < 2; step++) optimizer.apply(gradients, 0.1);
    for (const [i, name] of names.entries()) {
      const g = gradients[name].dataSync();
      const decay = name === 'p6' ? 0 : 0.01;
      const expected = before[i].map((start, j) => {
        let [w, v] = [start, 0];
        for (let step = 0; step < 2; step++) {
          const decayed = g[j] + decay * w;
          v = 0.9 * v + decayed;
          w -= 0.1 * (nesterov ? decayed + 0.9 * v : v);
        }
        return w;
      });
      expect(parameters[name].shape).toEqual(shapes[i]);
      expect(Array.from(parameters[name].dataSync()), name).toBeAllclose(expected, float32);
      expect(Array.from(clones[i].dataSync()), `a clone of ${name} from before`).toEqual(before[i]);
    }
  });
  optimizer.dispose();
  tf.dispose(parameters);
});
