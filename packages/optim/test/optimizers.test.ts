import * as tf from '@tensorflow/tfjs-core';
import {expectNoLeaks} from '@contrastive/testing';
import {afterEach, describe, expect, test, vi} from 'vitest';
import {adamw, lars, restoreVariables, sgd, type Optimizer, type Parameters} from '../src/index.js';
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

  test('restored, continues as if never stopped, bit for bit', async () => {
    const straight = fresh();
    const optimizer = make(straight);
    for (let step = 0; step < 3; step++) applyStep(optimizer, straight, step);

    const resumed = Object.fromEntries(
      Object.entries(straight).map(([key, value]) => [key, tf.tidy(() => tf.variable(value.clone()))]),
    );
    const second = make(resumed);
    await second.restore(optimizer.state());
    for (let step = 3; step < 5; step++) {
      applyStep(optimizer, straight, step);
      applyStep(second, resumed, step);
    }
    for (const key of Object.keys(straight))
      expect(Array.from(resumed[key].dataSync())).toEqual(Array.from(straight[key].dataSync()));
    for (const each of [optimizer, second]) each.dispose();
    tf.dispose([straight, resumed]);
  });

  test('restores nothing when a name, shape or type does not fit', async () => {
    const parameters = fresh();
    const optimizer = make(parameters);
    applyStep(optimizer, parameters, 0);
    const before = Object.values(optimizer.state()).map(slot => Array.from(slot.dataSync()));
    const {[slots[0]]: first, ...others} = optimizer.state();
    const [longer, integers] = [tf.ones([SIZE + 1]), tf.ones([SIZE], 'int32')];
    const count = tf.memory().numTensors;
    const refused = (tensors: Record<string, tf.Tensor>): Promise<unknown> =>
      optimizer.restore(tensors).catch((error: unknown) => (error as Error).message);
    expect(await refused(others)).toMatch(
      `${name}.restore: expected saved state of the same names, got nothing for ${slots[0]}; `,
    );
    expect(await refused({...others, [slots[0]]: first, more: first})).toMatch('got unknown more; ');
    expect(await refused({...others, [slots[0]]: longer})).toMatch(
      `expected float32 [6] as saved ${slots[0]}, got float32 [7]; `,
    );
    expect(await refused({...others, [slots[0]]: integers})).toMatch('got int32 [6]; ');
    expect(tf.memory().numTensors).toBe(count);
    tf.dispose([longer, integers]);
    expect(Object.values(optimizer.state()).map(slot => Array.from(slot.dataSync()))).toEqual(before);
    optimizer.dispose();
    tf.dispose(parameters);
  });

  test('refuses parameters, gradients and learning rates that do not fit, and changes nothing', () => {
    expect(() => make({})).toThrow(`${name}: expected at least one parameter to train, got none; `);
    const counts = tf.tidy(() => tf.variable(tf.ones([2], 'int32')));
    expect(() => make({parameters: {a: weights()}, targets: () => ({})} as never)).toThrow(
      `${name}: expected a variable as parameters, got {"a":"a Variable"}; give its parameters, as method.parameters.`,
    );
    expect(() => make(undefined as never)).toThrow(
      `${name}: expected variables by name as parameters, got undefined; give the method's parameters.`,
    );
    expect(() => make({counts})).toThrow(`${name}: expected a float32 variable as counts, got int32; `);
    const parameters = fresh();
    const optimizer = make(parameters);
    const state = (): number[][] =>
      [...Object.values(parameters), ...Object.values(optimizer.state())].map(slot => Array.from(slot.dataSync()));
    const before = state();
    tf.tidy(() => {
      const g = gradient(0);
      expect(() => {
        optimizer.apply({a: g}, 0.1);
      }).toThrow(`${name}.apply: expected a gradient for b/bias, got none; `);
      expect(() => {
        optimizer.apply({a: g, 'b/bias': tf.ones([2, 3])}, 0.1);
      }).toThrow(`${name}.apply: expected [6] as the gradient of b/bias, got [2, 3]; `);
      expect(() => {
        optimizer.apply({a: g, 'b/bias': g}, -1);
      }).toThrow(`${name}.apply: expected a number from 0 on as learningRate, got -1.`);
      expect(() => {
        optimizer.apply({a: g, 'b/bias': g, c: g}, 0.1);
      }).toThrow(`${name}.apply: expected gradients of the parameters alone, got one for c; `);
    });
    expect(state()).toEqual(before);
    optimizer.dispose();
    tf.dispose([counts, parameters]);
  });
});

test('what is restored from stays the caller’s, its array too', async () => {
  const parameters = fresh();
  const optimizer = sgd(parameters);
  const saved = new Float32Array(SIZE).fill(0.5);
  const tensors = {'momentum/a': tf.tensor1d(saved), 'momentum/b/bias': tf.tensor1d(saved)};
  await optimizer.restore(tensors);
  saved.fill(99);
  tf.dispose(tensors);
  for (const slot of Object.values(optimizer.state())) expect(slot).toBeAllclose(new Float32Array(SIZE).fill(0.5));
  optimizer.dispose();
  tf.dispose(parameters);
});

const makers = {sgd, lars, adamw};
type Refusal = [name: keyof typeof makers, options: object, kind: new () => Error, message: string];
const [range, from0, above0] = ['a number from 0 and below 1', 'a number from 0 on', 'a number above 0'];

test.each<Refusal>([
  ...(['sgd', 'lars'] as const).flatMap((name): Refusal[] => [
    [name, {momentum: 1}, RangeError, `expected ${range} as momentum, got 1.`],
    [name, {momentum: NaN}, RangeError, 'as momentum, got NaN.'],
    [name, {momentum: '0.9'}, TypeError, "as momentum, got '0.9'."],
    [name, {nesterov: 1}, TypeError, 'expected true or false as nesterov, got 1.'],
    [name, {momentum: 0, nesterov: true}, RangeError, 'expected a momentum above 0 with nesterov, got 0; set momentum'],
  ]),
  ...(['sgd', 'lars', 'adamw'] as const).flatMap((name): Refusal[] => [
    [name, {weightDecay: -1e-4}, RangeError, `expected ${from0} as weightDecay, got -0.0001.`],
    [name, {weightDecay: '0'}, TypeError, "as weightDecay, got '0'."],
    [name, {decays: false}, TypeError, 'expected a function as decays, got false.'],
    [name, {weight_decay: 0}, TypeError, 'got weight_decay; did you mean weightDecay?'],
  ]),
  [
    'lars',
    {trustCoefficient: 0},
    RangeError,
    `expected ${above0} as trustCoefficient, got 0; with 0 nothing would move.`,
  ],
  ['lars', {trustCoefficient: null}, TypeError, 'as trustCoefficient, got null; '],
  ['lars', {form: 'LARC'}, RangeError, "expected 'official' or 'popular' as form, got 'LARC'."],
  ['lars', {form: 1}, TypeError, 'as form, got 1.'],
  ['lars', {adapts: 'kernel'}, TypeError, "expected a function as adapts, got 'kernel'."],
  ['adamw', {beta1: 1}, RangeError, `expected ${range} as beta1, got 1.`],
  ['adamw', {beta2: -0.1}, RangeError, `expected ${range} as beta2, got -0.1.`],
  ['adamw', {beta2: '1'}, TypeError, "as beta2, got '1'."],
  ['adamw', {epsilon: -1e-8}, RangeError, `expected ${from0} as epsilon, got -1e-8.`],
  ['adamw', {momentum: 0.9}, TypeError, 'got momentum; leave it out.'],
])('%s refuses %j', (name, options, kind, message) => {
  const parameters = fresh();
  const before = tf.memory().numTensors;
  const make = (): unknown => makers[name](parameters, options);
  expect(make).toThrow(kind);
  expect(make).toThrow(`${name}: expected `);
  expect(make).toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose(parameters);
});

test('what is restored is so bit for bit, whatever its shape', () => {
  // −0, the smallest number that there is, the largest below the normal ones, infinity
  const bits = Uint32Array.of(0x80000000, 1, 0x007fffff, 0x7f800000);
  for (const shape of [[4], [2, 2], [1], [], [0]]) {
    const values = new Float32Array(bits.buffer.slice(0, 4 * tf.util.sizeFromShape(shape)));
    const [variable, saved] = tf.tidy(() => [tf.variable(tf.ones(shape)), tf.keep(tf.tensor(values.slice(), shape))]);
    restoreVariables('test', {variable}, {variable: saved});
    expect(new Uint32Array(variable.dataSync().slice().buffer)).toEqual(new Uint32Array(values.buffer));
    tf.dispose([variable, saved]);
  }
});
