import * as tf from '@tensorflow/tfjs-core';
import {expectNoLeaks, golden} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {sgd, type SgdOptions} from '../src/index.js';

/** Golden values are in float64; each of the five steps rounds to float32 once or twice. */
const float32 = {rtol: 1e-6, atol: 1e-6};

interface Golden {
  readonly learningRates: number[];
  readonly size: number;
  readonly cases: (Required<Omit<SgdOptions, 'decays'>> & {readonly name: string; readonly weights: number[][]})[];
}
const {learningRates, size, cases} = golden(import.meta.url, 'optim') as Golden;

const values = (f: (i: number) => number): number[] => Array.from({length: size}, (_, i) => f(i));
const weights = (): tf.Variable => tf.tidy(() => tf.variable(tf.tensor1d(values(i => Math.sin(1 + i)))));
const gradient = (step: number): tf.Tensor1D => tf.tensor1d(values(i => Math.cos(0.3 * step + 0.5 * i) * (1 + step)));

/** Applies the step's gradient to every parameter. */
function stepAll(optimizer: ReturnType<typeof sgd>, parameters: Record<string, tf.Variable>, step: number): void {
  tf.tidy(() => {
    const g = gradient(step);
    optimizer.apply(Object.fromEntries(Object.keys(parameters).map(name => [name, g])), learningRates[step]);
  });
}

test.each(cases)(
  'equals torch.optim.SGD over five steps: $name',
  ({weights: expected, momentum, weightDecay, nesterov}) => {
    const parameters = {w: weights()};
    const optimizer = sgd(parameters, {momentum, weightDecay, nesterov});
    for (let step = 0; step < 5; step++) {
      stepAll(optimizer, parameters, step);
      expect(parameters.w).toBeAllclose(expected[step], float32);
    }
    optimizer.dispose();
    parameters.w.dispose();
  },
);

test('decays only the parameters that it is told to', () => {
  const parameters = {kernel: weights(), bias: weights()};
  const optimizer = sgd(parameters, {momentum: 0.9, weightDecay: 0.01, decays: name => name === 'kernel'});
  for (let step = 0; step < 5; step++) stepAll(optimizer, parameters, step);
  const expected = (name: string): number[] => cases.find(c => c.name === name)?.weights[4] ?? [];
  expect(parameters.kernel).toBeAllclose(expected('momentum and weight decay'), float32);
  expect(parameters.bias).toBeAllclose(expected('momentum'), float32);
  optimizer.dispose();
  tf.dispose(parameters);
});

test('leaves gradients alone, allocates its slots at creation and nothing after', async () => {
  const parameters = {w: weights()};
  const before = tf.memory().numTensors;
  const optimizer = sgd(parameters, {weightDecay: 0.1, nesterov: true});
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(Object.keys(optimizer.state())).toEqual(['momentum/w']);
  const g = gradient(0);
  await expectNoLeaks(() => {
    optimizer.apply({w: g}, 0.1);
  });
  expect(g).toBeAllclose(
    values(i => Math.cos(0.5 * i)),
    float32,
  );
  optimizer.dispose();
  expect(tf.memory().numTensors).toBe(before + 1); // the gradient
  tf.dispose([g, parameters]);
});

describe('restore', () => {
  test('continues as if never stopped, bit for bit', () => {
    const straight = {w: weights()};
    const optimizer = sgd(straight, {weightDecay: 0.01});
    for (let step = 0; step < 3; step++) stepAll(optimizer, straight, step);

    const resumed = {w: tf.tidy(() => tf.variable(straight.w.clone()))};
    const second = sgd(resumed, {weightDecay: 0.01});
    const saved = Float32Array.from(optimizer.state()['momentum/w'].dataSync());
    const tensor = tf.tensor1d(saved);
    second.restore({'momentum/w': tensor});
    tensor.dispose();
    saved.fill(99); // the array is ours again
    for (let step = 3; step < 5; step++) {
      stepAll(optimizer, straight, step);
      stepAll(second, resumed, step);
    }
    expect(Array.from(resumed.w.dataSync())).toEqual(Array.from(straight.w.dataSync()));
    optimizer.dispose();
    second.dispose();
    tf.dispose([straight, resumed]);
  });

  test('changes nothing when a name, shape or type does not fit', () => {
    const parameters = {a: weights(), b: weights()};
    const optimizer = sgd(parameters);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const ones = tf.ones([size]);
      const [a, b] = ['momentum/a', 'momentum/b'];
      expect(() => {
        optimizer.restore({[a]: ones});
      }).toThrow('sgd.restore: saved state does not fit: missing momentum/b;');
      expect(() => {
        optimizer.restore({[a]: ones, [b]: ones, c: ones});
      }).toThrow('unknown c');
      expect(() => {
        optimizer.restore({[a]: ones, [b]: tf.ones([2, 3])});
      }).toThrow('momentum/b is float32 [2, 3], expected float32 [6]');
      expect(() => {
        optimizer.restore({[a]: ones, [b]: tf.ones([size], 'int32')});
      }).toThrow('momentum/b is int32 [6]');
    });
    expect(optimizer.state()['momentum/a']).toBeAllclose(values(() => 0));
    expect(tf.memory().numTensors).toBe(before);
    optimizer.dispose();
    tf.dispose(parameters);
  });
});

describe('refuses', () => {
  test.each<[SgdOptions, string]>([
    [{momentum: 1}, 'sgd: momentum must be from 0 to below 1, got 1'],
    [{momentum: NaN}, 'got NaN'],
    [{weightDecay: -1e-4}, 'sgd: weightDecay must be a finite number from 0 on, got -0.0001'],
    [{momentum: 0, nesterov: true}, 'nesterov needs a momentum above 0'],
  ])('%j', (options, message) => {
    const parameters = {w: weights()};
    const before = tf.memory().numTensors;
    expect(() => sgd(parameters, options)).toThrow(message);
    expect(() => sgd(parameters, options)).toThrow(RangeError);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(parameters);
  });

  test('no parameters, and parameters that are not float32', () => {
    expect(() => sgd({})).toThrow('sgd: no parameters');
    const counts = tf.tidy(() => tf.variable(tf.ones([2], 'int32')));
    expect(() => sgd({counts})).toThrow('sgd: counts must be a float32 variable, got int32');
    counts.dispose();
  });

  test('gradients and learning rates that do not fit, and changes nothing', () => {
    const parameters = {a: weights(), b: weights()};
    const optimizer = sgd(parameters);
    tf.tidy(() => {
      const g = gradient(0);
      expect(() => {
        optimizer.apply({a: g}, 0.1);
      }).toThrow('no gradient for b');
      expect(() => {
        optimizer.apply({a: g, b: g, c: g}, 0.1);
      }).toThrow('a gradient for c, which is no parameter');
      expect(() => {
        optimizer.apply({a: g, b: tf.ones([2, 3])}, 0.1);
      }).toThrow('the gradient of b must be [6], got [2, 3]');
      expect(() => {
        optimizer.apply({a: g, b: g}, NaN);
      }).toThrow('learningRate must be a finite number from 0 on, got NaN');
    });
    expect(parameters.a).toBeAllclose(
      values(i => Math.sin(1 + i)),
      float32,
    );
    optimizer.dispose();
    tf.dispose(parameters);
  });
});
