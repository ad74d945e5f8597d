import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {ntXent, type Loss, type LossInput} from '@contrastive/losses';
import {sgd} from '@contrastive/optim';
import {expectNoLeaks} from '@contrastive/testing';
import {train, type Projections, type Views} from '@contrastive/train';
import {afterAll, describe, expect, test} from 'vitest';
import {contrastiveAccuracy, contrastiveEntropy, createSimCLR} from '../src/index.js';
import {expected, makeEncoder, makeHead, startingWeights, views} from './tiny.js';

/** One step in float32 against float64, relative to the largest number of each weight. */
const float32 = 1e-4;

const close = (values: number[]): {rtol: number; atol: number} => ({
  rtol: float32,
  atol: float32 * Math.max(...values.map(Math.abs)),
});

const [encoder, head] = [makeEncoder(), makeHead()];
const loss = ntXent({temperature: expected.temperature});
const method = createSimCLR({encoder, head, loss});

function reset(): void {
  tf.tidy(() => {
    method.restore(startingWeights());
  });
}

async function* repeat(count: number): AsyncGenerator<Views, void, undefined> {
  for (let i = 0; i < count; i++) yield await Promise.resolve(views());
}

afterAll(() => {
  encoder.dispose();
  head.dispose();
});

describe('one training step equals PyTorch', () => {
  test('gradients', () => {
    reset();
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
    reset();
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
  expect(Object.keys(createSimCLR({encoder: second, head: secondHead}).parameters)).toEqual(names);
  const nested = tfl.sequential({name: 'outer', layers: [second]});
  expect(Object.keys(createSimCLR({encoder: nested}).parameters)[0]).toBe(`encoder/${second.name}/stem/kernel`);
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
  const simclr = createSimCLR({encoder: model});
  expect(Object.keys(simclr.parameters)).toEqual(['encoder/norm/gamma', 'encoder/norm/beta']);
  expect(Object.keys(simclr.state()).sort()).toEqual(
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

test('each view’s projections come back on its side', () => {
  reset();
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
    const plain = createSimCLR({encoder, loss: ({z1}) => tf.mean(z1)});
    tf.tidy(() => {
      expect(Object.keys(plain.metrics?.(plain.project(views()), {}) ?? {})).toEqual(['contrastiveAccuracy']);
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
      'the output of encoder must be [n, d], got [n, 4, 4, 4]',
    ],
    ['an encoder of vectors', () => dense([5]), undefined, 'the input of encoder must be images'],
    ['a head of another size', makeEncoder, () => dense([7]), 'the head takes [n, 7], but the encoder gives [n, 6]'],
    [
      'a head with maps for output',
      makeEncoder,
      () => dense([4, 6]),
      'the output of head must be [n, d], got [n, 4, 4]',
    ],
  ])('%s', (_, makeBad, makeBadHead, message) => {
    const [bad, badHead] = [makeBad(), makeBadHead?.()];
    const create = (): unknown => createSimCLR({encoder: bad, head: badHead});
    expect(create).toThrow(RangeError);
    expect(create).toThrow(message);
    bad.dispose();
    badHead?.dispose();
  });

  test('what is no model', () => {
    expect(() => createSimCLR({encoder: {} as never})).toThrow('encoder must be a built LayersModel, got object');
    expect(() => createSimCLR({encoder: undefined as never})).toThrow(TypeError);
  });

  test('views of different shapes', () => {
    tf.tidy(() => {
      const {first, second, indices} = views();
      expect(() => method.project({first, second: tf.slice(second, 0, 2), indices})).toThrow(
        'both views must have the same shape',
      );
    });
  });

  test('saved state that does not fit, and changes nothing', () => {
    reset();
    tf.tidy(() => {
      const saved = startingWeights();
      const [kernel, bias] = ['encoder/stem/kernel', 'encoder/stem/bias'];
      const zeros = {...saved, [bias]: tf.zeros([8])};
      expect(() => {
        method.restore({...zeros, [kernel]: tf.ones([2])});
      }).toThrow(`saved state does not fit: ${kernel} is float32 [2]`);
      expect(() => {
        method.restore({[kernel]: saved[kernel]});
      }).toThrow('missing encoder/stem/bias');
      expect(method.parameters[bias]).toBeAllclose(saved[bias]);
    });
  });

  test('losses that need what SimCLR has not, when compiling', () => {
    const needsNegatives: Loss<LossInput & {readonly negatives: tf.Tensor2D}> = ({z1}) => tf.mean(z1);
    const needsLabels: Loss<LossInput & {readonly labels: tf.Tensor1D}> = ({z1}) => tf.mean(z1);
    // @ts-expect-error SimCLR has no negatives beside the batch
    createSimCLR({encoder, loss: needsNegatives});
    // @ts-expect-error SimCLR has no labels
    createSimCLR({encoder, loss: needsLabels});
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
    createSimCLR({encoder, head}).dispose();
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
