import * as tf from '@tensorflow/tfjs-core';
import {expectNoLeaks} from '@contrastive/testing';
import {afterEach, describe, expect, test, vi} from 'vitest';
import {adamw, lars, sgd, type Optimizer, type Parameters} from '../src/index.js';
import {applyStep, gradient, SIZE, weights} from './support.js';

interface Contestant {
  readonly name: string;
  readonly make: (parameters: Parameters) => Optimizer;
  readonly slots: string[];
}
const contestants: Contestant[] = [
  {
    name: 'sgd',
    make: parameters => sgd(parameters, {weightDecay: 0.01, nesterov: true}),
    slots: ['momentum/a', 'momentum/b/bias'],
  },
  {name: 'lars', make: parameters => lars(parameters, {weightDecay: 0.01}), slots: ['momentum/a', 'momentum/b/bias']},
  {
    name: 'lars',
    make: parameters => lars(parameters, {form: 'popular', nesterov: true}),
    slots: ['momentum/a', 'momentum/b/bias'],
  },
  {
    name: 'adamw',
    make: parameters => adamw(parameters),
    slots: ['firstMoment/a', 'firstMoment/b/bias', 'secondMoment/a', 'secondMoment/b/bias', 'step'],
  },
];
const fresh = (): Record<string, tf.Variable> => ({a: weights(), 'b/bias': weights()});

describe.each(contestants)('$name', ({name, make, slots}) => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('allocates its slots at creation, nothing after, and frees them', async () => {
    const parameters = fresh();
    const before = tf.memory().numTensors;
    const optimizer = make(parameters);
    expect(Object.keys(optimizer.state())).toEqual(slots);
    expect(tf.memory().numTensors).toBe(before + slots.length);
    await expectNoLeaks(() => {
      applyStep(optimizer, parameters, 1);
    });
    expect(tf.memory().numTensors).toBe(before + slots.length);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(parameters);
  });

  test('leaves the gradients alone and reads nothing from the device', () => {
    const parameters = fresh();
    const optimizer = make(parameters);
    const g = gradient(2);
    const reads = [vi.spyOn(tf.Tensor.prototype, 'dataSync'), vi.spyOn(tf.Tensor.prototype, 'data')];
    optimizer.apply({a: g, 'b/bias': g}, 0.1);
    for (const read of reads) expect(read).not.toHaveBeenCalled();
    vi.restoreAllMocks();
    expect(g).toBeAllclose(
      tf.tidy(() => gradient(2).dataSync()),
      {atol: 0, rtol: 0},
    );
    optimizer.dispose();
    tf.dispose([g, parameters]);
  });

  test('restored, continues as if never stopped, bit for bit', () => {
    const straight = fresh();
    const optimizer = make(straight);
    for (let step = 0; step < 3; step++) applyStep(optimizer, straight, step);

    const resumed = Object.fromEntries(
      Object.entries(straight).map(([key, value]) => [key, tf.tidy(() => tf.variable(value.clone()))]),
    );
    const second = make(resumed);
    second.restore(optimizer.state());
    for (let step = 3; step < 5; step++) {
      applyStep(optimizer, straight, step);
      applyStep(second, resumed, step);
    }
    for (const key of Object.keys(straight))
      expect(Array.from(resumed[key].dataSync())).toEqual(Array.from(straight[key].dataSync()));
    for (const each of [optimizer, second]) each.dispose();
    tf.dispose([straight, resumed]);
  });

  test('restores nothing when a name or shape does not fit', () => {
    const parameters = fresh();
    const optimizer = make(parameters);
    applyStep(optimizer, parameters, 0);
    const before = Object.values(optimizer.state()).map(slot => Array.from(slot.dataSync()));
    const {[slots[0]]: first, ...others} = optimizer.state();
    tf.tidy(() => {
      expect(() => {
        optimizer.restore(others);
      }).toThrow(`${name}.restore: saved state does not fit: missing ${slots[0]}`);
      expect(() => {
        optimizer.restore({...others, [slots[0]]: first, more: first});
      }).toThrow('unknown more');
      expect(() => {
        optimizer.restore({...others, [slots[0]]: tf.ones([SIZE + 1])});
      }).toThrow(`${slots[0]} is float32 [7], expected float32 [6]`);
    });
    expect(Object.values(optimizer.state()).map(slot => Array.from(slot.dataSync()))).toEqual(before);
    optimizer.dispose();
    tf.dispose(parameters);
  });

  test('refuses parameters, gradients and learning rates that do not fit, and changes nothing', () => {
    expect(() => make({})).toThrow(`${name}: no parameters`);
    const counts = tf.tidy(() => tf.variable(tf.ones([2], 'int32')));
    expect(() => make({counts})).toThrow(`${name}: counts must be a float32 variable, got int32`);
    const parameters = fresh();
    const optimizer = make(parameters);
    const state = (): number[][] =>
      [...Object.values(parameters), ...Object.values(optimizer.state())].map(slot => Array.from(slot.dataSync()));
    const before = state();
    tf.tidy(() => {
      const g = gradient(0);
      expect(() => {
        optimizer.apply({a: g}, 0.1);
      }).toThrow(`${name}.apply: no gradient for b/bias`);
      expect(() => {
        optimizer.apply({a: g, 'b/bias': tf.ones([2, 3])}, 0.1);
      }).toThrow(`${name}.apply: the gradient of b/bias must be [6], got [2, 3]`);
      expect(() => {
        optimizer.apply({a: g, 'b/bias': g}, -1);
      }).toThrow(`${name}.apply: learningRate must be a finite number from 0 on, got -1`);
    });
    expect(state()).toEqual(before);
    optimizer.dispose();
    tf.dispose([counts, parameters]);
  });
});
