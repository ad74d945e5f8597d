import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {ntXent, supCon} from '@contrastive/losses';
import {sgd} from '@contrastive/optim';
import {expectNoLeaks} from '@contrastive/testing';
import {train, type Projections, type Views} from '@contrastive/train';
import {afterAll, describe, expect, test} from 'vitest';
import {simclr, type SimCLROptions} from '../src/index.js';
import {contrastiveAccuracy, contrastiveEntropy} from '../src/metrics.js';
import {expected, makeEncoder, makeHead, startingWeights, views} from './tiny.js';

/** One step in float32 against float64, relative to the largest number of each weight. */
const float32 = 1e-4;

const close = (values: number[]): {rtol: number; atol: number} => ({
  rtol: float32,
  atol: float32 * Math.max(...values.map(Math.abs)),
});

const [encoder, head] = [makeEncoder(), makeHead()];
const loss = ntXent({temperature: expected.temperature});
const method = simclr({encoder, head, loss});

async function reset(): Promise<void> {
  const weights = startingWeights();
  await method.restore(weights);
  tf.dispose(weights);
}

async function* repeat(count: number): AsyncGenerator<Views, void, undefined> {
  for (let i = 0; i < count; i++) yield await Promise.resolve(views());
}

afterAll(() => {
  encoder.dispose();
  head.dispose();
});

describe('one training step equals PyTorch', () => {
  test('gradients', async () => {
    await reset();
    const batch = views();
    const {value, grads} = tf.variableGrads(
      () => method.loss(method.project(batch), {}),
      Object.values(method.parameters),
    );
    expect(value).toBeAllclose(expected.loss, {rtol: float32});
    for (const [name, gradient] of Object.entries(expected.gradients)) {
      expect(grads[method.parameters[name].name], name).toBeAllclose(gradient, close(gradient));
    }
    tf.dispose([value, grads, batch.first, batch.second]);
  });

  test('loss, metrics and weights after the loop', async () => {
    await reset();
    const {learningRate, momentum, weightDecay} = expected;
    const optimizer = sgd(method.parameters, {momentum, weightDecay});
    for await (const record of train({method, optimizer, views: repeat(1), learningRate, steps: 1, metricsEvery: 1})) {
      expect(record.loss).toBeAllclose(expected.loss, {rtol: float32});
      expect(record.metrics?.contrastiveAccuracy).toBeAllclose(expected.accuracy, {rtol: 1e-6});
      expect(record.metrics?.contrastiveEntropy).toBeAllclose(expected.entropy, {rtol: float32});
    }
    for (const [name, weights] of Object.entries(expected.weightsAfter))
      expect(method.parameters[name], name).toBeAllclose(weights, close(weights));
    optimizer.dispose();
  });
});

test('names weights by layer, whatever TensorFlow.js calls them', () => {
  const names = Object.keys(expected.shapes);
  expect(Object.keys(method.parameters)).toEqual(names);
  // the same layer names again: the engine's names get a suffix
  const [second, secondHead] = [makeEncoder(), makeHead()];
  expect(Object.keys(simclr({encoder: second, head: secondHead}).parameters)).toEqual(names);
  const nested = tfl.sequential({name: 'outer', layers: [second]});
  expect(Object.keys(simclr({encoder: nested}).parameters)[0]).toBe(`encoder/${second.name}/stem/kernel`);
  second.dispose();
  secondHead.dispose();
});

test('trains what is trainable; state has running statistics too', () => {
  const model = tfl.sequential({
    layers: [
      tfl.layers.flatten({inputShape: [2, 2, 1]}),
      tfl.layers.dense({name: 'frozen', units: 3, trainable: false}),
      tfl.layers.batchNormalization({name: 'norm'}),
    ],
  });
  const method = simclr({encoder: model});
  expect(Object.keys(method.parameters)).toEqual(['encoder/norm/gamma', 'encoder/norm/beta']);
  expect(Object.keys(method.state()).sort()).toEqual(
    ['frozen/bias', 'frozen/kernel', 'norm/beta', 'norm/gamma', 'norm/moving_mean', 'norm/moving_variance'].map(
      name => `encoder/${name}`,
    ),
  );
  model.dispose();
});

test('both views are one batch, and networks hear how they are called', () => {
  const calls: {shape: number[]; kwargs: unknown}[] = [];
  const apply = encoder.apply.bind(encoder);
  encoder.apply = (x, kwargs) => {
    calls.push({shape: (x as tf.Tensor).shape, kwargs: {...kwargs}});
    return apply(x, kwargs);
  };
  tf.tidy(() => {
    method.project(views());
    method.project(views(), {updateStatistics: false});
  });
  encoder.apply = apply;
  const shape = [2 * expected.n, expected.size, expected.size, expected.channels];
  expect(calls).toEqual([true, false].map(updateStatistics => ({shape, kwargs: {training: true, updateStatistics}})));
});

test('each view’s projections come back on its side', async () => {
  await reset();
  tf.tidy(() => {
    const {first, second, indices} = views();
    const [z, swapped] = [
      method.project({first, second, indices}),
      method.project({first: second, second: first, indices}),
    ];
    expect(z.z1).toBeAllclose(swapped.z2);
    expect(z.z2).toBeAllclose(swapped.z1);
    expect(z.z1.shape).toEqual([expected.n, 3]);
  });
});

describe('metrics', () => {
  const circle = (angles: number[]): tf.Tensor2D => tf.tensor2d(angles.map(a => [3 * Math.cos(a), 3 * Math.sin(a)]));
  const measure = (f: (projections: Projections) => tf.Scalar, a: number[], b: number[]): number =>
    tf.tidy(() => f({z1: circle(a), z2: circle(b)}).dataSync()[0]);

  test('accuracy counts first views whose nearest second view is their own', () => {
    expect(measure(contrastiveAccuracy, [0, 1, 2, 3], [0.1, 1.1, 2.1, 3.1])).toBe(1);
    expect(measure(contrastiveAccuracy, [0, 1, 2, 3], [0.1, 2.1, 1.1, 3.1])).toBe(0.5);
  });

  test('entropy is ln n for equal rows and 0 for sure ones', () => {
    expect(measure(z => contrastiveEntropy(z, 0.1), [1, 1, 1], [1, 1, 1])).toBeAllclose(Math.log(3), {rtol: 1e-5});
    expect(measure(z => contrastiveEntropy(z, 0.01), [0, 2, 4], [0, 2, 4])).toBeAllclose(0, {atol: 1e-6});
  });

  test('entropy is left out for a loss without a temperature', () => {
    const plain = simclr({encoder, loss: ({z1}) => tf.mean(z1)});
    tf.tidy(() => {
      expect(Object.keys(plain.metrics?.(plain.project(views()), {}) ?? {})).toEqual([
        'embeddingSpread',
        'contrastiveAccuracy',
      ]);
    });
  });
});

describe('refuses', () => {
  const dense = (inputShape: number[], units = 4): tfl.LayersModel =>
    tfl.sequential({layers: [tfl.layers.dense({inputShape, units})]});

  test.each<[string, () => tfl.LayersModel, (() => tfl.LayersModel) | undefined, string]>([
    [
      'an encoder with maps for output',
      () => dense([4, 4, 3]),
      undefined,
      'expected [n, d] as the output of encoder, got [n, 4, 4, 4]',
    ],
    [
      'an encoder of vectors',
      () => dense([5]),
      undefined,
      'expected images [n, height, width, channels] as the input of encoder',
    ],
    [
      'a head of another size',
      makeEncoder,
      () => dense([7]),
      "expected a head that takes the encoder's [n, 6], got one that takes [n, 7]",
    ],
    [
      'a head with maps for output',
      makeEncoder,
      () => dense([4, 6]),
      'expected [n, d] as the output of head, got [n, 4, 4]',
    ],
  ])('%s', (_, makeBad, makeBadHead, message) => {
    const [bad, badHead] = [makeBad(), makeBadHead?.()];
    const create = (): unknown => simclr({encoder: bad, head: badHead});
    expect(create).toThrow(RangeError);
    expect(create).toThrow(message);
    bad.dispose();
    badHead?.dispose();
  });

  test('what is no model', () => {
    expect(() => simclr({encoder: {} as never})).toThrow('expected a built LayersModel as encoder, got {}');
    expect(() => simclr({encoder: undefined as never})).toThrow(TypeError);
  });

  test('views of different shapes', () => {
    tf.tidy(() => {
      const {first, second, indices} = views();
      expect(() => method.project({first, second: tf.slice(second, 0, 2), indices})).toThrow(
        'expected both views of the same shape',
      );
    });
  });

  test('saved state that does not fit, and changes nothing', async () => {
    await reset();
    const saved = startingWeights();
    const [kernel, bias] = ['encoder/stem/kernel', 'encoder/stem/bias'];
    const [zeros, ones] = [tf.zeros([8]), tf.ones([2])];
    await expect(method.restore({...saved, [bias]: zeros, [kernel]: ones})).rejects.toThrow(
      `as saved ${kernel}, got float32 [2]; restore it into what it was saved from`,
    );
    await expect(method.restore({[kernel]: saved[kernel]})).rejects.toThrow('got nothing for encoder/stem/bias');
    expect(method.parameters[bias]).toBeAllclose(saved[bias]);
    tf.dispose([saved, zeros, ones]);
  });

  test.each<[object, string]>([
    [{encoder, tau: 0.5}, 'simclr: expected options among encoder, head, loss, recompute, synchronized, got tau'],
    [{encoder, loss: 'ntXent'}, "simclr: expected a function as loss, got 'ntXent'."],
    [{encoder, head: 128}, 'simclr: expected an object as head, got 128.'],
  ])('options %#', (options, message) => {
    expect(() => simclr(options as SimCLROptions)).toThrow(message);
  });
});

describe('labels', () => {
  const labels = Int32Array.from({length: expected.n}, (_, i) => i % 2);

  test('reach the loss', async () => {
    await reset();
    const method = simclr({encoder, head, loss: supCon({temperature: 0.5})});
    tf.tidy(() => {
      const batch = {...views(), labels};
      const projections = method.project(batch, {updateStatistics: false});
      const targets = method.targets(batch, {step: 0, seed: 0});
      const wanted = supCon({temperature: 0.5})({...projections, labels: tf.tensor1d(labels, 'int32')});
      expect(method.loss(projections, targets)).toBeAllclose(wanted, {rtol: 0, atol: 0});
    });
  });

  test('are missed by a loss that needs them, in the first batch', async () => {
    const method = simclr({encoder, head, loss: supCon()});
    const optimizer = sgd(method.parameters);
    const run = train({method, optimizer, views: repeat(1), learningRate: 0.1});
    await expect(run.next()).rejects.toThrow(/supCon: .*labels/);
    optimizer.dispose();
  });
});

test('no tensor is left over the steps of a run', async () => {
  const optimizer = sgd(method.parameters);
  const counts: number[] = [];
  for await (const {step} of train({
    method,
    optimizer,
    views: repeat(6),
    learningRate: 0.1,
    steps: 6,
    metricsEvery: 2,
  })) {
    if (step > 0) counts.push(tf.memory().numTensors);
  }
  expect(new Set(counts).size).toBe(1);
  optimizer.dispose();
  await expectNoLeaks(() => {
    simclr({encoder, head}).dispose();
    const batch = views();
    const projections = method.project(batch);
    tf.dispose([
      batch.first,
      batch.second,
      projections,
      method.loss(projections, {}),
      method.metrics?.(projections, {}) ?? {},
    ]);
  });
});
