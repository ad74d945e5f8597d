import {augmentation, randomResizedCrop} from '@contrastive/augment';
import {describe, expect, test} from 'vitest';
import {
  disposeViews,
  fromArrays,
  twoViews,
  type Share,
  type Source,
  type StreamSample,
  type StreamSource,
  type TwoViewsOptions,
} from '../src/index.js';

const LENGTH = 26;
const SIDE = 4;
const pixels = Uint8Array.from({length: LENGTH * SIDE * SIDE}, (_, i) => (i * 37) % 256);
const arrays = fromArrays({
  images: pixels,
  height: SIDE,
  width: SIDE,
  labels: Array.from({length: LENGTH}, (_, i) => i),
});
const augment = augmentation([randomResizedCrop({size: SIDE})]);

/** One-pixel images, one after the other; those of some labels are bad. */
const stream = (bad: readonly number[] = []): StreamSource => ({
  channels: 1,
  bad: [],
  async *samples({epoch, position}): AsyncGenerator<StreamSample> {
    for (let i = Number(position?.done ?? 0); i < LENGTH; i++) {
      await Promise.resolve();
      const at = (i + 3 * epoch) % LENGTH;
      yield {path: `shard/${at}`, key: `shard/${at}`, label: at, position: {done: i + 1}};
    }
  },
  views: async (samples, request) => {
    const indices = Int32Array.from(samples, ({label = 0}) => label);
    const found = [...indices].flatMap((label, position) =>
      bad.includes(label) ? [{position, path: `shard/${label}`, reason: 'broken'}] : [],
    );
    return {...(await arrays.views({...request, indices})), bad: found};
  },
  close: () => Promise.resolve(),
});

interface Batch {
  readonly labels: number[];
  readonly indices: number[];
  readonly first: number[];
  readonly second: number[];
  readonly position: unknown;
}

async function collect(source: Source | StreamSource, changes: Partial<TwoViewsOptions>): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const views of twoViews(source, {augment, batchSize: 8, seed: 1, ...changes})) {
    const {labels = [], indices, position = null} = views;
    const [first, second] = [views.first, views.second].map(view => [...view.dataSync()]);
    batches.push({labels: [...labels], indices: [...indices], first, second, position});
    disposeViews(views);
  }
  return batches;
}

const ranksOf = (size: number): Share[] => Array.from({length: size}, (_, rank) => ({rank, size}));

/** What the ranks have of each batch, one rank's below the other's. */
async function shared(
  source: Source | StreamSource,
  size: number,
  changes: Partial<TwoViewsOptions>,
): Promise<Batch[]> {
  const parts = await Promise.all(ranksOf(size).map(ranks => collect(source, {...changes, ranks})));
  return parts[0].map((one, step) => {
    const all = parts.map(batches => batches[step]);
    for (const {position} of all) expect(position).toEqual(one.position);
    const joined = (key: Exclude<keyof Batch, 'position'>): number[] => all.flatMap(batch => batch[key]);
    return {
      labels: joined('labels'),
      indices: joined('indices'),
      first: joined('first'),
      second: joined('second'),
      position: one.position,
    };
  });
}

describe.each([
  ['a source with indices', arrays],
  ['a stream', stream()],
] as const)('ranks share the batches of %s', (_, source) => {
  test.each([2, 4])('%d ranks see what one process does, in its order', async size => {
    const whole = await collect(source, {epochs: 3});
    expect(whole).toHaveLength(9);
    expect(await shared(source, size, {epochs: 3})).toEqual(whole);
  });

  test('as bytes, and in a run that another number of ranks goes on with', async () => {
    const whole = await collect(source, {epochs: 3});
    const begun = await shared(source, 2, {epochs: 3, asBytes: true});
    const {position} = begun[3] as {readonly position: TwoViewsOptions['position'] | null};
    const from = position ? {position} : {startStep: 4};
    expect(await shared(source, 4, {epochs: 3, ...from})).toEqual(whole.slice(4));
  });

  test('a batch that they cannot share is refused', async () => {
    const ranks = {rank: 1, size: 3};
    expect(() => twoViews(source, {augment, batchSize: 8, seed: 1, epochs: 1, ranks})).toThrow(
      'twoViews: expected batches that the 3 ranks divide, got 8 images; choose another batchSize, and leave ' +
        'dropLast out.',
    );
    await expect(collect(source, {batchSize: 9, epochs: 1, dropLast: false, ranks})).rejects.toThrow(
      'twoViews: expected batches that the 3 ranks divide, got 8 images;',
    );
    expect(() => twoViews(source, {augment, batchSize: 8, seed: 1, epochs: 1, ranks: {rank: 2, size: 2}})).toThrow(
      'twoViews: expected a rank among ranks, as {rank: 0, size: 2}, as ranks, got {"rank":2,"size":2}; give the ' +
        'communicator of connect().',
    );
  });
});

test('the last batch of an epoch is shared where it can be', async () => {
  const whole = await collect(arrays, {epochs: 1, dropLast: false});
  expect(whole.map(({indices}) => indices.length)).toEqual([8, 8, 8, 2]);
  expect(await shared(arrays, 2, {epochs: 1, dropLast: false})).toEqual(whole);
});

test('the place of a bad image is taken by one that is not in the batch, whatever other ranks have', async () => {
  const bad = [4, 11, 17];
  const broken: Source = {
    ...arrays,
    views: async request => ({
      ...(await arrays.views(request)),
      bad: [...request.indices].flatMap((index, position) =>
        bad.includes(index) ? [{position, path: String(index), reason: 'broken'}] : [],
      ),
    }),
  };
  const [whole, parts] = [await collect(broken, {epochs: 2}), await shared(broken, 2, {epochs: 2})];
  for (const [step, {indices}] of parts.entries()) {
    expect(indices.some(index => bad.includes(index))).toBe(false);
    expect(new Set(indices).size).toBe(8);
    expect(indices).toEqual(whole[step].indices);
  }
});

test('ranks of a stream stay in step, whoever meets a bad image', async () => {
  const whole = await collect(stream(), {epochs: 2});
  const parts = await shared(stream([5, 9, 20]), 2, {epochs: 2});
  expect(parts.map(({position}) => position)).toEqual(whole.map(({position}) => position));
  for (const [step, {labels}] of parts.entries()) {
    const before = step === 0 ? labels : [...parts[step - 1].labels, ...labels];
    labels.forEach((label, row) => {
      expect([5, 9, 20]).not.toContain(label);
      if ([5, 9, 20].includes(whole[step].labels[row])) expect(before).toContain(label);
      else expect(label).toBe(whole[step].labels[row]);
    });
  }
});
