import {fromArrays, oneView, twoViews} from '@contrastive/data';
import {evalAugment} from '@contrastive/augment';
import {sgd} from '@contrastive/optim';
import {expectNoLeaks, ofLargest} from '@contrastive/testing';
import {train, type StepRecord, type Views} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {afterAll, describe, expect, test} from 'vitest';
import {supervised} from '@contrastive/linear-probe';
import {labelledImages, smallEncoder} from './labelled-images.js';
import {expected, labelledViews, makeEncoder, startingWeights} from './training-golden.js';

/** One step in float32 against float64, relative to the largest number of each weight. */
const FLOAT32 = 1e-5;

const {classCount, learningRate, momentum, weightDecay, n} = expected.step;

async function* repeat(views: () => Views, count: number): AsyncGenerator<Views, void, undefined> {
  for (let i = 0; i < count; i++) yield await Promise.resolve(views());
}

describe.each(expected.step.cases)('one step equals PyTorch, $views view(s), smoothing $smoothing', golden => {
  const encoder = makeEncoder();
  const method = supervised({encoder, classCount, labelSmoothing: golden.smoothing});
  const views = () => labelledViews(golden.views);
  const reset = async (): Promise<void> => {
    const weights = startingWeights();
    await method.restore(weights);
    tf.dispose(weights);
  };
  afterAll(() => {
    method.dispose();
    encoder.dispose();
  });

  test('gradients', async () => {
    await reset();
    const batch = views();
    const targets = method.targets(batch, {step: 0, seed: 0});
    const {value, grads} = tf.variableGrads(
      () => method.loss(method.project(batch), targets),
      Object.values(method.parameters),
    );
    expect(value).toBeAllclose(golden.loss, {rtol: FLOAT32});
    for (const [name, gradient] of Object.entries(golden.gradients))
      expect(grads[method.parameters[name].name], name).toBeAllclose(gradient, ofLargest(FLOAT32, gradient));
    tf.dispose([value, grads, targets, batch.first, batch.second]);
  });

  test.each([undefined, 2])('loss, accuracy and weights after the loop, microBatch %s', async microBatch => {
    await reset();
    const optimizer = sgd(method.parameters, {momentum, weightDecay, nesterov: true});
    const run = {method, optimizer, views: repeat(views, 1), learningRate, metricsEvery: 1};
    for await (const record of train({...run, ...(microBatch && {microBatch})})) {
      expect(record.loss).toBeAllclose(golden.loss, {rtol: FLOAT32});
      expect(record.metrics?.accuracy).toBeAllclose(golden.accuracy, {rtol: 1e-6});
    }
    for (const [name, weights] of Object.entries(golden.weightsAfter))
      expect(method.parameters[name], name).toBeAllclose(weights, ofLargest(FLOAT32, weights));
    optimizer.dispose();
  });
});

test('the classifier starts at zero, so the first loss is that of a guess', async () => {
  const encoder = makeEncoder();
  const method = supervised({encoder, classCount});
  const optimizer = sgd(method.parameters);
  for await (const {loss} of train({method, optimizer, views: repeat(() => labelledViews(2), 1), learningRate: 0.1}))
    expect(loss).toBeAllclose(Math.log(classCount), {rtol: 1e-6});
  for (const own of [optimizer, method, encoder]) own.dispose();
});

test('learns by the loop, and leaves nothing behind', async () => {
  const source = labelledImages(60, 1);
  const encoder = smallEncoder();
  const method = supervised({encoder, classCount: 3});
  const optimizer = sgd(method.parameters);
  const augment = evalAugment();
  const records: StepRecord[] = [];
  const views = oneView(source, {augment, batchSize: 20, seed: 1, epochs: 8});
  for await (const record of train({method, optimizer, views, learningRate: 0.05, metricsEvery: 1}))
    records.push(record);
  expect(records.at(-1)?.loss).toBeLessThan(0.5 * records[0].loss);
  expect(records.at(-1)?.metrics?.accuracy).toBeGreaterThan(0.8);
  await expectNoLeaks(async () => {
    for (const microBatch of [undefined, 7]) {
      const both = twoViews(source, {augment, batchSize: 20, seed: 1, epochs: 1, asBytes: true});
      const run = {method, optimizer, views: both, learningRate: 0.05, metricsEvery: 1};
      for await (const {loss} of train({...run, ...(microBatch && {microBatch})})) expect(loss).toBeLessThan(1);
    }
  }, 2);
  for (const own of [optimizer, method, encoder]) own.dispose();
});

describe('refuses', () => {
  const encoder = makeEncoder();
  const method = supervised({encoder, classCount});
  afterAll(() => {
    method.dispose();
    encoder.dispose();
  });
  const withLabels = (labels?: Int32Array): (() => unknown) => {
    const views: Views = {...labelledViews(1), labels};
    return () => method.targets(views, {step: 0, seed: 0});
  };

  test('views without labels', () => {
    expect(withLabels()).toThrow(
      'supervised: expected labels, an Int32Array, as labels of views, got undefined; take images of a source',
    );
  });

  test('labels of another number or out of range', () => {
    expect(withLabels(new Int32Array(n - 1))).toThrow(
      `supervised: expected ${n} labels, one an image, as labels of views, got ${n - 1}; give as many.`,
    );
    for (const label of [classCount, -1]) {
      expect(withLabels(new Int32Array(n).fill(label, n - 1))).toThrow(
        `supervised: expected classes from 0 to 2 as labels of views, got ${label} at ${n - 1}; number the classes`,
      );
    }
  });

  test('one class, and a head of other classes', () => {
    expect(() => supervised({encoder, classCount: 1})).toThrow(
      'supervised: expected an integer from 2 on as classCount',
    );
    const head = tfl.sequential({layers: [tfl.layers.dense({units: 4, inputShape: [6]})]});
    expect(() => supervised({encoder, classCount, head})).toThrow(
      'supervised: expected a head with 3 outputs, one a class, got one with 4; make the head for the classes.',
    );
    head.dispose();
  });

  test('a given head stays its owner’s', () => {
    const head = tfl.sequential({layers: [tfl.layers.dense({name: 'own', units: 3, inputShape: [6]})]});
    const other = supervised({encoder, classCount, head});
    expect(Object.keys(other.parameters)).toContain('head/own/kernel');
    other.dispose();
    expect(head.weights.every(weight => !weight.read().isDisposed)).toBe(true);
    head.dispose();
  });
});

test('a source of labels alone is no training set', async () => {
  const images = fromArrays({images: new Uint8Array(4 * 64), height: 8, width: 8});
  const encoder = smallEncoder();
  const method = supervised({encoder, classCount: 3});
  const optimizer = sgd(method.parameters);
  const views = oneView(images, {augment: evalAugment(), batchSize: 2, seed: 1, epochs: 1});
  await expect(train({method, optimizer, views, learningRate: 0.1}).next()).rejects.toThrow(
    'supervised: expected labels',
  );
  for (const own of [optimizer, method, encoder]) own.dispose();
});
