import {augmentation, createRandom, type Augment, type Operation} from '@contrastive/augment';
import {expectNoLeaks} from '@contrastive/testing';
import type {Tensor} from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {disposeViews, fromArrays, stepsPerEpoch, twoViews, type TwoViewsOptions, type Views} from '../src/index.js';

const LENGTH = 10;
const PIXELS = 3;
const source = fromArrays({
  images: new Uint8Array(LENGTH * PIXELS),
  height: 1,
  width: PIXELS,
  labels: Array.from({length: LENGTH}, (_, i) => i * 10),
});

/** Makes random pixels of an image, so that a view shows what was drawn for it. */
const noise: Operation<number[]> = {
  name: 'noise',
  sample: (_height, _width, random) => Array.from({length: PIXELS}, () => random.integer(256)),
  apply: (image, bytes) => ({...image, data: Float32Array.from(bytes, byte => byte / 255)}),
};
/** The pixels of each image as one number. */
const drawn = (views: Tensor) =>
  Array.from({length: views.shape[0]}, (_, i) =>
    Array.from(views.dataSync().subarray(i * PIXELS, (i + 1) * PIXELS)).reduce(
      (sum, value) => sum * 256 + Math.round(value * 255),
      0,
    ),
  );
const options: Omit<TwoViewsOptions, 'augment'> & {augment: Augment} = {
  augment: augmentation([noise]),
  batchSize: 4,
  seed: 1,
  epochs: 2,
};

interface Batch {
  indices: number[];
  first: number[];
  second: number[];
  labels: number[];
}

function record(views: Views): Batch {
  const {first, second, indices, labels} = views;
  const batch = {
    indices: Array.from(indices),
    first: drawn(first),
    second: drawn(second),
    labels: Array.from(labels ?? []),
  };
  disposeViews(views);
  return batch;
}

async function collect(changes: Partial<TwoViewsOptions> = {}): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const views of twoViews(source, {...options, ...changes})) batches.push(record(views));
  return batches;
}

/** Both views of each image in each epoch, by epoch and index. */
function viewsByImage(batches: Batch[], perEpoch: number): Map<string, [number, number]> {
  return new Map(
    batches.flatMap(({indices, first, second}, step) =>
      indices.map((index, i): [string, [number, number]] => [
        `${Math.floor(step / perEpoch)} ${index}`,
        [first[i], second[i]],
      ]),
    ),
  );
}

test('each epoch has every image once, in a new order; labels belong to their images', async () => {
  const batches = await collect({dropLast: false});
  expect(batches.map(({indices}) => indices.length)).toEqual([4, 4, 2, 4, 4, 2]);
  const epochs = [batches.slice(0, 3), batches.slice(3)].map(epoch => epoch.flatMap(({indices}) => indices));
  for (const epoch of epochs)
    expect([...epoch].sort((a, b) => a - b)).toEqual(Array.from({length: LENGTH}, (_, i) => i));
  expect(epochs[0]).not.toEqual(epochs[1]);
  for (const {indices, labels} of batches) expect(labels).toEqual(indices.map(index => index * 10));
});

test('drops the last incomplete batch, keeps the order, stops after the given steps', async () => {
  expect((await collect()).map(({indices}) => indices.length)).toEqual([4, 4, 4, 4]);
  const inOrder = await collect({shuffle: false, epochs: 1});
  expect(inOrder.map(({indices}) => indices)).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ]);
  expect(await collect({epochs: undefined, steps: 5})).toHaveLength(5);
});

test('the two views differ, and views change from epoch to epoch', async () => {
  const views = viewsByImage(await collect({dropLast: false}), 3);
  for (const [first, second] of views.values()) expect(first).not.toBe(second);
  expect(new Set([...views.values()].flat()).size).toBe(2 * 2 * LENGTH);
});

test('order depends on seed and epoch only, views on seed, epoch, image and view only', async () => {
  const batches = await collect({dropLast: false});
  expect(await collect({dropLast: false})).toEqual(batches);
  const others = await collect({dropLast: false, batchSize: 3});
  expect(others.flatMap(({indices}) => indices)).toEqual(batches.flatMap(({indices}) => indices));
  expect(viewsByImage(others, 4)).toEqual(viewsByImage(batches, 3));
  expect(viewsByImage(await collect({dropLast: false, shuffle: false}), 3)).toEqual(viewsByImage(batches, 3));
  expect((await collect({seed: 2}))[0]).not.toEqual((await collect())[0]);
});

test('the streams of order and views are as documented, so that runs can be repeated', async () => {
  const [batch] = await collect();
  expect(batch.indices).toEqual(Array.from(createRandom(1, 0, 0).permutation(LENGTH).slice(0, 4)));
  const expected = (index: number) =>
    noise.sample(1, 1, createRandom(1, 1, 0, index, 1)).reduce((sum, byte) => sum * 256 + byte, 0);
  expect(batch.second).toEqual(batch.indices.map(expected));
});

test.each([0, 1, 2, 3, 4])('resumes at step %i', async startStep => {
  const batches = await collect();
  expect(await collect({startStep})).toEqual(batches.slice(startStep));
});

test('can be iterated again', async () => {
  const run = twoViews(source, options);
  const firsts: Batch[] = [];
  for (let i = 0; i < 2; i++) {
    for await (const views of run) {
      firsts.push(record(views));
      break;
    }
  }
  expect(firsts[0]).toEqual(firsts[1]);
});

test('a run says how long it is and where it begins', () => {
  expect(twoViews(source, {...options, startStep: 3})).toMatchObject({steps: 4, stepsPerEpoch: 2, startStep: 3});
  expect(twoViews(source, {...options, dropLast: false})).toMatchObject({steps: 6, stepsPerEpoch: 3, startStep: 0});
  expect(twoViews(source, {...options, epochs: undefined, steps: 5})).toMatchObject({steps: 5, stepsPerEpoch: 2});
});

test('stepsPerEpoch', () => {
  expect(stepsPerEpoch(10, 4)).toBe(2);
  expect(stepsPerEpoch(10, 4, false)).toBe(3);
  expect(stepsPerEpoch(8, 4, false)).toBe(2);
  expect(() => stepsPerEpoch(3, 4)).toThrow(/images for a batch of 4, got 3; use a smaller batch, or dropLast: false/);
  expect(() => stepsPerEpoch(0, 4, false)).toThrow(/got 0; give a source with images/);
});

test('tells what is wrong before anything is read', () => {
  expect(() => twoViews(source, {...options, batchSize: 11})).toThrow(/images for a batch of 11, got 10/);
  expect(() => twoViews(source, {...options, batchSize: 0})).toThrow(
    /twoViews: expected an integer from 1 on as batchSize, got 0/,
  );
  expect(() => twoViews(source, {...options, steps: 3})).toThrow(/either epochs or steps, got both/);
  expect(() => twoViews(source, {...options, epochs: undefined})).toThrow(/either epochs or steps, got none/);
  expect(() => twoViews(source, {...options, epochs: 0})).toThrow(/an integer from 1 on as epochs, got 0/);
  expect(() => twoViews(source, {...options, startStep: -1})).toThrow(/startStep/);
  expect(() => twoViews(source, {...options, seed: 0.5})).toThrow(/seed/);
  expect(() => twoViews(source, {...options, batchsize: 4} as never)).toThrow(
    /got batchsize; did you mean batchSize\?/,
  );
  expect(() => twoViews([] as never, options)).toThrow(/twoViews: expected a source of images as source/);
});

test('leaves no tensors behind, also when the augmentation fails', async () => {
  await expectNoLeaks(() => collect());
  let calls = 0;
  const failing: Augment = {
    ...options.augment,
    view: (...args) => {
      if (++calls % 2 === 0) throw new Error('second view');
      return options.augment.view(...args);
    },
  };
  await expectNoLeaks(() => expect(collect({augment: failing})).rejects.toThrow('second view'));
});
