import {evalAugment, simclrAugment} from '@contrastive/augment';
import {fromArrays, twoViews} from '@contrastive/data';
import {extractFeatures, linearProbe, onlineProbe, simclrLinear} from '@contrastive/linear-probe';
import {ntXent} from '@contrastive/losses';
import {moco} from '@contrastive/moco';
import {sgd} from '@contrastive/optim';
import {projectionHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {expectNoLeaks, ofLargest} from '@contrastive/testing';
import {train, type Method, type StepRecord} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import {afterAll, describe, expect, test} from 'vitest';

/** Sums of single precision in another order, relative to the largest. */
const FLOAT32 = 1e-5;

const [length, size, classCount] = [48, 8, 3];
/** Noise, brighter to the top, the bottom or neither. */
const images = fromArrays({
  images: Uint8Array.from({length: length * size * size}, (_, k) => {
    const slope = ((Math.floor(k / 64) % classCount) - 1) * ((Math.floor(k / size) % size) - 3.5);
    return 128 + 14 * slope + ((k * 7919 + ((k * k) % 251) * 31) % 60);
  }),
  height: size,
  width: size,
  labels: Int32Array.from({length}, (_, i) => i % classCount),
});
const encoderOf = (width = 4) => resnet({depths: [1], width, stem: 'cifar', inputShape: [size, size, 1], seed: 1});
const headOf = (inputDim: number) => projectionHead({inputDim, hiddenDims: [8], outputDim: 4, seed: 1});
const viewsOf = (steps: number, startStep = 0) =>
  twoViews(images, {augment: simclrAugment({size}), batchSize: 12, seed: 1, steps, startStep});

const methods: Readonly<Record<string, () => {method: Method; free: () => void}>> = Object.fromEntries(
  (['simclr', 'moco', 'symmetric moco with splits'] as const).map(name => [
    name,
    () => {
      const encoder = encoderOf();
      const head = headOf(Number(encoder.outputShape[1]));
      const symmetric = name.startsWith('symmetric');
      const method = (
        name === 'simclr'
          ? simclr({encoder, head, loss: ntXent({temperature: 0.5})})
          : moco({encoder, head, queueSize: 48, keyMomentum: 0.9, symmetric, splits: symmetric ? 2 : 1})
      ) as Method;
      return {
        method,
        free: () => {
          for (const own of [method, encoder, head]) own.dispose();
        },
      };
    },
  ]),
);

/** All numbers of a state. */
const copyOf = (state: Readonly<Record<string, tf.Tensor>>): Record<string, Float32Array | Int32Array> =>
  Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, tensor.dataSync<'float32'>().slice()]));

interface Run {
  readonly records: StepRecord[];
  readonly state: Record<string, Float32Array | Int32Array>;
}

/** Trains some steps, with a probe beside it or without. */
async function run(name: string, probe: boolean, microBatch?: number): Promise<Run> {
  const {method: inner, free} = methods[name]();
  const method = probe ? onlineProbe(inner, {classCount}) : inner;
  const optimizer = sgd(method.parameters, {weightDecay: 1e-3});
  const records: StepRecord[] = [];
  const options = {method, optimizer, views: viewsOf(5), learningRate: 0.05, metricsEvery: 1, clipNorm: 1};
  for await (const record of train({...options, ...(microBatch && {microBatch})})) records.push(record);
  const state = copyOf({...method.state(), ...optimizer.state()});
  optimizer.dispose();
  if (probe) method.dispose();
  free();
  return {records, state};
}

describe.each(Object.keys(methods))('%s', name => {
  test.each([undefined, 4])('trains as without the probe, bit for bit, microBatch %s', async microBatch => {
    const [plain, probed] = [await run(name, false, microBatch), await run(name, true, microBatch)];
    const own = Object.entries(probed.state).filter(([key]) => key.startsWith('probe/'));
    expect(own.map(([key]) => key).sort()).toEqual([
      'probe/bias',
      'probe/kernel',
      'probe/momentum/bias',
      'probe/momentum/kernel',
    ]);
    expect(own.every(([, values]) => values.some(value => value !== 0))).toBe(true);
    expect(Object.fromEntries(Object.entries(probed.state).filter(([key]) => !key.startsWith('probe/')))).toEqual(
      plain.state,
    );
    for (const [i, {loss, metrics: {probeAccuracy, ...metrics} = {}, gradientNorm}] of probed.records.entries()) {
      expect({loss, metrics, gradientNorm}).toEqual({
        loss: plain.records[i].loss,
        metrics: plain.records[i].metrics,
        gradientNorm: plain.records[i].gradientNorm,
      });
      expect(probeAccuracy).toBeGreaterThanOrEqual(0);
      expect(probeAccuracy).toBeLessThanOrEqual(1);
    }
  });

  test('a resumed run goes on exactly', async () => {
    const whole = (await run(name, true)).state;
    const saved: Record<string, tf.Tensor> = {};
    const start = async (from: number, to: number): Promise<Record<string, Float32Array | Int32Array>> => {
      const {method: inner, free} = methods[name]();
      const method = onlineProbe(inner, {classCount});
      const optimizer = sgd(method.parameters, {weightDecay: 1e-3});
      if (from > 0) {
        const pick = (names: string[]) => Object.fromEntries(names.map(key => [key, saved[key]]));
        await method.restore(pick(Object.keys(method.state())));
        await optimizer.restore(pick(Object.keys(optimizer.state())));
      }
      const options = {method, optimizer, views: viewsOf(to, from), learningRate: 0.05, metricsEvery: 1, clipNorm: 1};
      for await (const {step} of train(options)) expect(step).toBeLessThan(to);
      const state = {...method.state(), ...optimizer.state()};
      if (from === 0)
        for (const [key, value] of Object.entries(state)) saved[key] = tf.keep(tf.add(value, tf.zerosLike(value)));
      const copy = copyOf(state);
      for (const own of [optimizer, method]) own.dispose();
      free();
      return copy;
    };
    await start(0, 3);
    expect(await start(3, 5)).toEqual(whole);
    tf.dispose(saved);
  });
});

describe('what the probe learns', () => {
  test('is what a linear classifier learns from the features of each step', async () => {
    const encoder = encoderOf();
    const method = onlineProbe(simclr({encoder}), {classCount, learningRate: 0.5, momentum: 0.9, nesterov: false});
    const optimizer = sgd(method.parameters, {momentum: 0});
    // By hand: weights [columns][c], velocities, gradients of the mean cross-entropy, in float64.
    const columns = Number(encoder.outputShape[1]);
    const grid = () => Array.from({length: columns + 1}, () => new Array<number>(classCount).fill(0));
    const [weights, velocities] = [grid(), grid()];
    for await (const views of viewsOf(3)) {
      const both = tf.concat([views.first, views.second]);
      const features = (encoder.apply(both, {training: true, updateStatistics: false}) as tf.Tensor2D).arraySync();
      const labels = [...(views.labels ?? []), ...(views.labels ?? [])];
      const gradients = grid();
      features.forEach((row, i) => {
        const x = [...row, 1];
        const logits = weights[0].map((_, c) => x.reduce((sum, value, j) => sum + value * weights[j][c], 0));
        const total = logits.reduce((sum, value) => sum + Math.exp(value), 0);
        logits.forEach((value, c) => {
          const slope = (Math.exp(value) / total - Number(c === labels[i])) / labels.length;
          x.forEach((feature, j) => (gradients[j][c] += feature * slope));
        });
      });
      weights.forEach((row, j) => {
        row.forEach((_, c) => {
          velocities[j][c] = 0.9 * velocities[j][c] + gradients[j][c];
          row[c] -= 0.5 * velocities[j][c];
        });
      });
      async function* once() {
        yield await Promise.resolve(views);
      }
      for await (const {step} of train({method, optimizer, views: once(), learningRate: 0})) expect(step).toBe(0);
      both.dispose();
    }
    const kernel = weights.slice(0, columns).flat();
    expect(method.state()['probe/kernel']).toBeAllclose(kernel, ofLargest(FLOAT32, kernel));
    expect(method.state()['probe/bias']).toBeAllclose(weights[columns], ofLargest(FLOAT32, weights[columns]));
    for (const own of [optimizer, method, encoder]) own.dispose();
  });

  test('is what a probe afterwards finds too: the classes', async () => {
    const encoder = encoderOf(16);
    const method = onlineProbe(simclr({encoder}), {classCount, learningRate: 0.5});
    const views = twoViews(images, {augment: evalAugment(), batchSize: 12, seed: 1, steps: 60});
    const optimizer = sgd(method.parameters);
    let last: number | undefined;
    for await (const {metrics} of train({method, optimizer, views, learningRate: 0, metricsEvery: 1}))
      last = metrics?.probeAccuracy;
    expect(last).toBeGreaterThan(0.6);
    const features = await extractFeatures(encoder, images);
    const {chosen} = await linearProbe(features, features, {recipe: {...simclrLinear, epochs: 20}, seed: 1});
    expect(chosen.accuracy).toBeGreaterThan(0.8);
    for (const own of [optimizer, method, encoder]) own.dispose();
  });
});

test('leaves no tensor, also where a step fails', async () => {
  const {method: inner, free} = methods.simclr();
  const method = onlineProbe(inner, {classCount});
  const optimizer = sgd(method.parameters);
  const options = {method, optimizer, learningRate: 0.01, metricsEvery: 1};
  await expectNoLeaks(async () => {
    for await (const {step} of train({...options, views: viewsOf(2)})) expect(step).toBeLessThan(2);
  });
  let fail = true;
  const failing: Method = {
    ...method,
    loss: (...given) => {
      if (fail) throw new Error('failed');
      return method.loss(...given);
    },
  };
  await expectNoLeaks(async () => {
    fail = true;
    await expect(train({...options, method: failing, views: viewsOf(1)}).next()).rejects.toThrow('failed');
    fail = false;
    for await (const {step} of train({...options, method: failing, views: viewsOf(1)})) expect(step).toBe(0);
  });
  optimizer.dispose();
  method.dispose();
  free();
});

describe('refuses', () => {
  const encoder = encoderOf();
  const method = simclr({encoder});
  afterAll(() => {
    method.dispose();
    encoder.dispose();
  });

  test('one class, and a method without an encoder', () => {
    expect(() => onlineProbe(method, {classCount: 1})).toThrow(
      'onlineProbe: expected an integer from 2 on as classCount',
    );
    expect(() => onlineProbe({...method, encoder: undefined}, {classCount})).toThrow(
      'onlineProbe: expected a method with an encoder of features [n, d] as method, got one without;',
    );
  });

  test('views without labels, and labels out of range', async () => {
    const probed = onlineProbe(method, {classCount: 2});
    for await (const views of viewsOf(1)) {
      const without = {...views, labels: undefined};
      const context = {step: 0, seed: 0};
      expect(() => probed.targets(without, context)).toThrow(
        'onlineProbe: expected labels, an Int32Array, as labels of',
      );
      expect(() => probed.targets(views, context)).toThrow(
        'onlineProbe: expected classes from 0 to 1 as labels of views',
      );
      tf.dispose([views.first, views.second]);
    }
    probed.dispose();
  });

  test('a method that does not encode', async () => {
    const own: Method = {...(method as Method), project: () => ({z1: tf.zeros([12, 2]), z2: tf.zeros([12, 2])})};
    const probed = onlineProbe(own, {classCount});
    for await (const views of viewsOf(1)) {
      tf.dispose(probed.project(views));
      expect(() => {
        probed.update({}, {step: 0, seed: 0});
      }).toThrow(
        'onlineProbe: expected a method that runs its encoder by encode of @contrastive/layers, got no features',
      );
      tf.dispose([views.first, views.second]);
    }
    probed.dispose();
  });
});
