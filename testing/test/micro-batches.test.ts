import {simclrAugment} from '@contrastive/augment';
import {disposeViews, fromArrays, twoViews} from '@contrastive/data';
import {batchNorm} from '@contrastive/layers';
import {barlowTwins, decoupled, infoNCE, ntXent, supCon, type Loss} from '@contrastive/losses';
import {moco} from '@contrastive/moco';
import {sgd} from '@contrastive/optim';
import {simclr, type SimCLRLossInput} from '@contrastive/simclr';
import {expectNoLeaks} from '@contrastive/testing';
import {train, type Method, type StepRecord} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {describe, expect, test} from 'vitest';

/** The bound of the gradient in slices against that of the whole batch, relative to its largest number of all. */
const SAME = 2e-6;

const [n, size] = [12, 8];

/** Coloured noise with classes. */
const images = fromArrays({
  images: Uint8Array.from({length: 3 * n * size * size * 3}, (_, i) => (i * 7919 + ((i * i) % 251) * 31) % 256),
  height: size,
  width: size,
  channels: 3,
  labels: Int32Array.from({length: 3 * n}, (_, i) => i % 4),
});

interface Parts {
  readonly norm?: boolean;
  readonly dropout?: number;
}

/** A convolution and a dense layer, with what is asked for between them. */
function network({norm = false, dropout = 0}: Parts): tfl.LayersModel {
  const kernelInitializer = tfl.initializers.glorotUniform({seed: 3});
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        filters: 6,
        kernelSize: 3,
        padding: 'same',
        inputShape: [size, size, 3],
        name: 'conv',
        useBias: false, // its gradient is a sum over all pixels whose parts cancel: no sum in float32 has five digits
        kernelInitializer,
      }),
      ...(norm ? [batchNorm({name: 'norm'})] : []),
      tfl.layers.reLU({name: 'relu'}),
      tfl.layers.globalAveragePooling2d({name: 'pool'}),
      ...(dropout > 0 ? [tfl.layers.dropout({rate: dropout, name: 'dropout'})] : []),
      tfl.layers.dense({units: 5, name: 'dense', kernelInitializer}),
    ],
  });
}

interface Trial {
  readonly records: StepRecord[];
  readonly state: Record<string, number[]>;
}

async function drain(run: AsyncIterable<unknown>): Promise<void> {
  for await (const record of run) expect(record).toBeDefined();
}

/** A step of a method, or some, and all that is left of them. */
async function trial(
  make: (encoder: tfl.LayersModel) => Method,
  parts: Parts,
  options: {readonly microBatch?: number; readonly asBytes?: boolean; readonly steps?: number},
): Promise<Trial> {
  const encoder = network(parts);
  const method = make(encoder);
  const optimizer = sgd(method.parameters, {momentum: 0.9});
  // About 0: of images that are all bright, projections are all alike, and gradients what their digits leave.
  const normalization = {mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]};
  const augment = simclrAugment({size, strength: 0.5, normalization});
  const {asBytes = false, steps = 1, ...slices} = options;
  const views = twoViews(images, {augment, batchSize: n, seed: 1, steps, asBytes});
  const records: StepRecord[] = [];
  for await (const record of train({method, optimizer, views, learningRate: 0.3, seed: 4, metricsEvery: 1, ...slices}))
    records.push(record);
  const state = Object.fromEntries(
    Object.entries({...method.state(), ...optimizer.state()}).map(([name, variable]) => [
      name,
      Array.from(variable.dataSync()),
    ]),
  );
  for (const own of [optimizer, method, encoder]) own.dispose();
  return {records, state};
}

/** The loss, the norm and the gradient of one step, which the momentum has; and what the method keeps beside. */
function expectSame(one: Trial, other: Trial): void {
  const [[{loss, gradientNorm = NaN}], [expected]] = [one.records, other.records];
  expect(loss).toBeAllclose(expected.loss, {rtol: SAME});
  expect(gradientNorm).toBeAllclose(expected.gradientNorm ?? NaN, {rtol: SAME});
  const isGradient = (name: string): boolean => name.startsWith('momentum/');
  const gradients = Object.keys(other.state).filter(isGradient);
  const largest = Math.max(...gradients.flatMap(name => other.state[name].map(Math.abs)));
  for (const [name, values] of Object.entries(other.state))
    expect(one.state[name], name).toBeAllclose(values, {rtol: 0, atol: SAME * (isGradient(name) ? largest : 1)});
}

const withLoss = (loss: Loss<SimCLRLossInput>) => (encoder: tfl.LayersModel) => simclr({encoder, loss}) as Method;
const withQueue = (symmetric: boolean) => (encoder: tfl.LayersModel) =>
  moco({encoder, loss: infoNCE({temperature: 0.2}), queueSize: 50, keyMomentum: 0.9, symmetric}) as Method;

const methods: [string, (encoder: tfl.LayersModel) => Method][] = [
  ['NT-Xent', withLoss(ntXent({temperature: 0.5}))],
  ['NT-Xent in blocks', withLoss(ntXent({temperature: 0.5, blockSize: 5}))],
  ['the decoupled loss', withLoss(decoupled({temperature: 0.5}))],
  ['SupCon', withLoss(supCon({temperature: 0.5}))],
  ['Barlow Twins', withLoss(barlowTwins())],
  ['MoCo', withQueue(false)],
  ['symmetric MoCo', withQueue(true)],
];

describe.each(methods)('the gradient of %s in slices', (_, make) => {
  test.each([1, 4, 5, 12, 100])('of %i images is that of the batch', async microBatch => {
    expectSame(await trial(make, {}, {microBatch}), await trial(make, {}, {}));
  });
});

test('views that stay bytes until their slice are the same', async () => {
  for (const [, make] of methods) {
    const sliced = await trial(make, {}, {microBatch: 5, steps: 3});
    expect(await trial(make, {}, {microBatch: 5, steps: 3, asBytes: true})).toEqual(sliced);
    expect(await trial(make, {}, {steps: 3, asBytes: true})).toEqual(await trial(make, {}, {steps: 3}));
  }
});

test('labels of a wrapper of views count, not those that it wraps', async () => {
  const make = withLoss(supCon({temperature: 0.5}));
  const encoder = network({});
  const method = make(encoder);
  const seen: number[] = [];
  const watched = {
    ...method,
    targets: (...[views, context]: Parameters<Method['targets']>) => {
      seen.push(...(views.labels ?? []));
      return method.targets(views, context);
    },
  };
  const optimizer = sgd(method.parameters, {momentum: 0});
  const augment = simclrAugment({size});
  const views = twoViews(images, {augment, batchSize: n, seed: 1, steps: 1, asBytes: true});
  async function* relabelled() {
    for await (const batch of views) yield {...batch, labels: Int32Array.from({length: n}, (_, i) => i % 2)};
  }
  await drain(train({method: watched, optimizer, views: relabelled(), learningRate: 0.1, microBatch: 5}));
  expect(seen).toEqual(Array.from({length: n}, (_, i) => i % 2));
  for (const own of [optimizer, encoder]) own.dispose();
});

describe('dropout', () => {
  const make = withLoss(ntXent({temperature: 0.5}));
  test('is a function of the seed and the step', async () => {
    const once = await trial(make, {dropout: 0.5}, {});
    expect(await trial(make, {dropout: 0.5}, {})).toEqual(once);
    const random = Math.random;
    await trial(make, {dropout: 0.5}, {microBatch: 5});
    expect(Math.random).toBe(random);
  });

  test('is the same in both passes of a slice', async () => {
    // With one slice the cached gradient must be that of the whole batch, which has one pass.
    expectSame(await trial(make, {dropout: 0.5}, {microBatch: n}), await trial(make, {dropout: 0.5}, {}));
  });
});

describe('BatchNorm', () => {
  const make = withLoss(ntXent({temperature: 0.5}));
  test('takes the statistics of each slice: one slice is the batch, several are not', async () => {
    const whole = await trial(make, {norm: true}, {});
    expectSame(await trial(make, {norm: true}, {microBatch: n}), whole);
    const sliced = await trial(make, {norm: true}, {microBatch: 4});
    expect(sliced.records[0].loss).not.toBeAllclose(whole.records[0].loss, {rtol: 1e-4});
  });

  test('moves its running statistics in the first pass only, once a slice', async () => {
    const encoder = network({norm: true});
    const calls: boolean[] = [];
    const plain = simclr({encoder});
    const method: Method = {
      ...plain,
      project(views, options) {
        calls.push(options?.updateStatistics !== false);
        return plain.project(views, options);
      },
    };
    const optimizer = sgd(method.parameters, {momentum: 0});
    const views = twoViews(images, {augment: simclrAugment({size}), batchSize: n, seed: 1, steps: 1});
    await drain(train({method, optimizer, views, learningRate: 0, microBatch: 4}));
    expect(calls).toEqual([true, true, true, false, false, false]);
    for (const own of [optimizer, encoder]) own.dispose();
  });
});

test('a batch with more keys than the queue holds is refused before anything changes', async () => {
  const encoder = network({});
  const method = moco({encoder, queueSize: n - 1}) as Method;
  const optimizer = sgd(method.parameters, {momentum: 0});
  const before = Array.from(method.parameters['encoder/conv/kernel'].dataSync());
  const views = twoViews(images, {augment: simclrAugment({size}), batchSize: n, seed: 1, steps: 1});
  const run = async () => {
    await drain(train({method, optimizer, views, learningRate: 1, microBatch: 4}));
  };
  await expect(run()).rejects.toThrow('MoCo: expected at most 11 keys a batch, as many as the queue holds, got 12');
  expect(Array.from(method.parameters['encoder/conv/kernel'].dataSync())).toEqual(before);
  for (const own of [optimizer, method, encoder]) own.dispose();
});

test('projections without a row an image are named', async () => {
  const encoder = network({});
  const plain = simclr({encoder});
  const method = {...plain, targets: () => ({one: tf.ones([1])})} as Method;
  const optimizer = sgd(method.parameters, {momentum: 0});
  const views = twoViews(images, {augment: simclrAugment({size}), batchSize: n, seed: 1, steps: 1});
  const run = async () => {
    await drain(train({method, optimizer, views, learningRate: 1, microBatch: 4}));
  };
  await expect(run()).rejects.toThrow('train: expected one row an image in the targets one, to cut and join them');
  for (const own of [optimizer, encoder]) own.dispose();
});

test('no tensor is left', async () => {
  for (const options of [{microBatch: 5}, {microBatch: 5, asBytes: true}, {asBytes: true}])
    await expectNoLeaks(() => trial(withQueue(true), {norm: true, dropout: 0.2}, options).then(() => undefined), 2);
});

test('bytes are freed whether they were looked at or not', async () => {
  const views = twoViews(images, {augment: simclrAugment({size}), batchSize: n, seed: 1, steps: 1, asBytes: true});
  await expectNoLeaks(async () => {
    for await (const batch of views) {
      const part = batch.slice?.(2, 5);
      expect(part?.indices).toEqual(batch.indices.slice(2, 5));
      expect(part?.labels).toEqual(batch.labels?.slice(2, 5));
      expect(part?.first).toBeAllclose(
        tf.tidy(() => tf.slice(batch.first, 2, 3).dataSync()),
        {rtol: 0, atol: 0},
      );
      tf.dispose([part?.first, part?.second]);
      disposeViews(batch);
    }
    for await (const batch of views) disposeViews(batch);
  }, 2);
});
