import {augmentation, normalize, randomResizedCrop, type Augment, type Operation} from '@contrastive/augment';
import {expectNoLeaks} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {
  disposeViews,
  fromArrays,
  twoViews,
  type Source,
  type PassOptions,
  type StreamSample,
  type StreamSource,
  type TwoViewsOptions,
  type ViewsBytes,
  type ViewsRequest,
} from '../src/index.js';

const LENGTH = 20;
const arrays = fromArrays({
  images: Uint8Array.from({length: LENGTH}, (_, i) => i),
  height: 1,
  width: 1,
  labels: Array.from({length: LENGTH}, (_, i) => i),
});
/** Shows which image a view is of. */
const plain = augmentation([]);

/** A source of which some images are bad; counts what is asked of it. */
function partly(bad: readonly number[], source: Source = arrays): Source & {readonly asked: number[][]} {
  const asked: number[][] = [];
  return {
    ...source,
    asked,
    views: async request => {
      asked.push(Array.from(request.indices));
      const result = await source.views(request);
      const found = Array.from(request.indices).flatMap((index, position) =>
        bad.includes(index) ? [{position, path: `${index}.jpg`, reason: 'broken'}] : [],
      );
      for (const {position} of found) for (const view of result.views) view[position] = 255;
      return {...result, bad: found};
    },
  };
}

interface Batch {
  readonly indices: number[];
  readonly first: number[];
  readonly second: number[];
  readonly labels: number[];
  readonly keys?: readonly string[];
}

async function collect(source: Source | StreamSource, changes: Partial<TwoViewsOptions>): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const views of twoViews(source, {augment: plain, batchSize: 5, seed: 1, ...changes})) {
    const bytes = (which: 'first' | 'second') => Array.from(views[which].dataSync(), value => Math.round(255 * value));
    batches.push({
      indices: Array.from(views.indices),
      first: bytes('first'),
      second: bytes('second'),
      labels: Array.from(views.labels ?? []),
      keys: views.keys,
    });
    disposeViews(views);
  }
  return batches;
}

describe('bad images of a source with indices', () => {
  test('others take their places: batches stay full, and their rows belong together', async () => {
    const bad = [3, 4, 11];
    const batches = await collect(partly(bad), {epochs: 3});
    const whole = await collect(arrays, {epochs: 3});
    expect(batches).toHaveLength(12);
    batches.forEach(({indices, first, second, labels}, i) => {
      expect(new Set(indices).size).toBe(5);
      expect([first, second, labels]).toEqual([indices, indices, indices]);
      expect(indices.some(index => bad.includes(index))).toBe(false);
      indices.forEach((index, row) => {
        if (!bad.includes(whole[i].indices[row])) expect(index).toBe(whole[i].indices[row]);
      });
    });
  });

  test('the same ones when a run goes on, whatever is asked ahead', async () => {
    const batches = await collect(partly([3, 4, 11]), {epochs: 2});
    expect(await collect(partly([3, 4, 11]), {epochs: 2, startStep: 3, ahead: 0})).toEqual(batches.slice(3));
  });

  test('when too few are good, some come twice; when none is, it says so', async () => {
    const batches = await collect(partly(Array.from({length: 17}, (_, i) => i)), {epochs: 1});
    for (const {indices} of batches) expect(indices.every(index => index >= 17)).toBe(true);
    await expect(collect(partly(Array.from({length: LENGTH}, (_, i) => i)), {epochs: 1})).rejects.toThrow(
      /expected images that can be used, got none in 20/,
    );
  });
});

test('batches are asked for ahead, and what was asked for is waited for', async () => {
  let open = 0;
  let most = 0;
  const slow: Source = {
    ...arrays,
    inThreads: true,
    views: async request => {
      most = Math.max(most, ++open);
      await new Promise(resolve => setTimeout(resolve, 2));
      const result = await arrays.views(request);
      open--;
      return result;
    },
  };
  await collect({...slow, inThreads: false}, {epochs: 1, ahead: 2});
  expect(most).toBe(1);
  await collect(slow, {epochs: 1, ahead: 2});
  expect(most).toBe(3);
  await expectNoLeaks(async () => {
    for await (const views of twoViews(slow, {augment: plain, batchSize: 5, seed: 1, epochs: 1, ahead: 3})) {
      disposeViews(views);
      break;
    }
    expect(open).toBe(0);
  });
});

const brighter: Operation<null> = {
  name: 'brighter',
  sample: () => null,
  apply: image => ({...image, data: image.data.map(value => value + 100 / 255)}),
};
const halves = normalize({mean: [0.5], std: [0.5]});

test('each view may have an augmentation of its own, of one normalisation', async () => {
  const augment = [augmentation([halves]), augmentation([brighter, halves])] as const;
  for await (const views of twoViews(arrays, {augment, batchSize: 4, seed: 1, steps: 1, shuffle: false})) {
    expect(views.first).toBeAllclose(
      [0, 1, 2, 3].map(byte => (byte / 255 - 0.5) / 0.5),
      {atol: 1e-6},
    );
    expect(views.second).toBeAllclose(
      [100, 101, 102, 103].map(byte => (byte / 255 - 0.5) / 0.5),
      {atol: 1e-6},
    );
    expect(views.preparation).toEqual({channels: 1, normalization: {mean: [0.5], std: [0.5]}});
    disposeViews(views);
  }
});

test('views say how images are prepared in evaluation, of which both policies agree', async () => {
  const run = (first: Augment, second: Augment, source: Source = arrays) =>
    twoViews(source, {augment: [first, second], batchSize: 4, seed: 1, steps: 1});
  const [small, large] = [3, 4].map(size => augmentation([randomResizedCrop({size})]));
  for await (const views of run(small, augmentation([randomResizedCrop({size: 3}), brighter]))) {
    expect(views.preparation).toEqual({channels: 1, size: 3, crop: 1, interpolation: 'bicubic'});
    disposeViews(views);
  }
  expect(() => run(small, large)).toThrow(/augmentations of the same size as augment, got \[3,3\] and \[4,4\]/);
  expect(() => run(plain, small)).toThrow(/the same size as augment, got \[1,1\] and \[3,3\]/);
  expect(() => run(plain, small, {...arrays, size: undefined})).toThrow(/got none and \[3,3\]/);
  expect(() => run(plain, augmentation([halves]))).toThrow(
    /twoViews: expected augmentations of the same normalisation as augment, got none and \{"mean":\[0\.5\]/,
  );
  expect(() => run(plain, augmentation([randomResizedCrop({size: 1})]))).not.toThrow();
});

describe('streams', () => {
  /** A stream of one-pixel images, their order turned each epoch; positions count samples. */
  const stream = (count: number, bad: readonly number[] = [], labelled = true): StreamSource => ({
    channels: 1,
    bad: [],
    async *samples({epoch, position}: PassOptions): AsyncGenerator<StreamSample> {
      for (let i = Number(position?.done ?? 0); i < count; i++) {
        await Promise.resolve();
        const at = (i + epoch) % count;
        yield {
          path: `shard/${at}`,
          key: `shard/${at}`,
          bytes: Uint8Array.of(at),
          ...(labelled && {label: at}),
          position: {done: i + 1},
        };
      }
    },
    views: async (samples: readonly StreamSample[], request: Omit<ViewsRequest, 'indices'>): Promise<ViewsBytes> => {
      const source = fromArrays({images: Uint8Array.from(samples, ({bytes}) => bytes?.[0] ?? 0), height: 1, width: 1});
      const result = await source.views({...request, indices: Int32Array.from(samples, (_, i) => i)});
      return {
        ...result,
        bad: samples.flatMap(({label, path}, position) =>
          bad.includes(label ?? -1) ? [{position, path, reason: 'broken'}] : [],
        ),
      };
    },
    close: () => Promise.resolve(),
  });

  test('batches of good images in the order of the passes', async () => {
    const batches = await collect(stream(12, [2, 7]), {epochs: 2, batchSize: 4});
    const order = (epoch: number) =>
      Array.from({length: 12}, (_, i) => (i + epoch) % 12).filter(i => i !== 2 && i !== 7);
    expect(batches.map(({first}) => first)).toEqual([
      order(0).slice(0, 4),
      order(0).slice(4, 8),
      order(1).slice(0, 4),
      order(1).slice(4, 8),
    ]);
    expect(batches[0]).toMatchObject({
      second: batches[0].first,
      labels: batches[0].first,
      keys: batches[0].first.map(i => `shard/${i}`),
      indices: [0, 1, 2, 3],
    });
    const all = await collect(stream(12, [2, 7]), {epochs: 2, batchSize: 4, dropLast: false});
    expect(all.map(({first}) => first.length)).toEqual([4, 4, 2, 4, 4, 2]);
    expect(await collect(stream(12, [], false), {epochs: 1, batchSize: 4})).toMatchObject([
      {labels: []},
      {labels: []},
      {labels: []},
    ]);
  });

  test('a run goes on from the position of any batch', async () => {
    const source = stream(11, [0, 5]);
    const whole = await collect(source, {steps: 7, batchSize: 3});
    let step = 0;
    for await (const views of twoViews(source, {augment: plain, batchSize: 3, seed: 1, steps: 7})) {
      step++;
      const position = JSON.parse(JSON.stringify(views.position)) as NonNullable<TwoViewsOptions['position']>;
      disposeViews(views);
      expect(await collect(source, {steps: 7, batchSize: 3, position})).toEqual(whole.slice(step));
    }
    expect(step).toBe(7);
  });

  test('images are counted as in the uninterrupted run, in passes whose last batch is small too', async () => {
    const source = stream(13);
    const options = {steps: 10, batchSize: 4, dropLast: false};
    const whole = await collect(source, options);
    let step = 0;
    for await (const views of twoViews(source, {augment: plain, seed: 1, ...options})) {
      step++;
      const {position} = views;
      disposeViews(views);
      expect(await collect(source, {...options, position})).toEqual(whole.slice(step));
    }
    expect(step).toBe(10);
  });

  test.each([0, 1, 4])('an error of the stream comes after the batches before it, with %i ahead', async ahead => {
    const broken: StreamSource = {
      ...stream(20),
      async *samples(options) {
        let count = 0;
        for await (const sample of stream(20).samples(options)) {
          if (count++ === 9) throw new Error('damaged');
          yield sample;
        }
      },
    };
    let batches = 0;
    const run = async () => {
      for await (const views of twoViews(broken, {augment: plain, seed: 1, batchSize: 3, steps: 9, ahead})) {
        batches++;
        disposeViews(views);
      }
    };
    await expect(run()).rejects.toThrow('damaged');
    expect(batches).toBe(3);
  });

  test('a run says how long it is where anybody knows', () => {
    const options = {augment: plain, batchSize: 2, seed: 1};
    const position = {step: 2, images: 4, epoch: 0, pass: {done: 4}};
    expect(twoViews(stream(8), {...options, steps: 3, position})).toMatchObject({
      steps: 3,
      stepsPerEpoch: Infinity,
      startStep: 2,
    });
    expect(twoViews(stream(8), {...options, epochs: 3})).toMatchObject({steps: Infinity, startStep: 0});
  });

  test('a view depends on the image and the epoch, not on its place', async () => {
    const noise: Operation<number> = {
      name: 'noise',
      sample: (_h, _w, random) => random.integer(256),
      apply: (image, byte) => ({...image, data: image.data.fill(byte / 255)}),
    };
    const options = {augment: augmentation([noise]), steps: 3};
    const seen = (batches: Batch[]) =>
      new Map(batches.flatMap(({keys = [], first}) => keys.map((key, i) => [key, first[i]] as const)));
    const small = seen(await collect(stream(12), {...options, batchSize: 4}));
    const large = seen(await collect(stream(12), {...options, steps: 1, batchSize: 12}));
    expect(small).toEqual(large);
    expect(new Set(small.values()).size).toBeGreaterThan(6);
  });

  test('tells what is wrong, and leaves nothing behind', async () => {
    expect(() => twoViews(stream(3), {augment: plain, batchSize: 2, seed: 1, steps: 3, startStep: 1})).toThrow(
      /expected a position beside startStep, which is 1, .* got none/,
    );
    const position = {step: 2, images: 4, epoch: 0, pass: {done: 4}};
    expect(() =>
      twoViews(stream(3), {augment: plain, batchSize: 2, seed: 1, steps: 3, startStep: 1, position}),
    ).toThrow(/expected 2, the step of the position, as startStep, got 1; leave it out/);
    for (const wrong of [JSON.stringify(position), {}, null]) {
      expect(() =>
        twoViews(stream(3), {augment: plain, batchSize: 2, seed: 1, steps: 3, position: wrong as never}),
      ).toThrow(/expected the position of a batch .* as position, got/);
    }
    expect(() => twoViews(arrays, {augment: plain, batchSize: 2, seed: 1, steps: 3, position})).toThrow(
      /expected startStep alone, .* got a position/,
    );
    for (const wrong of [undefined, randomResizedCrop({size: 1}), [randomResizedCrop({size: 1})]]) {
      expect(() => twoViews(arrays, {augment: wrong as never, batchSize: 2, seed: 1, steps: 3})).toThrow(
        /expected an augmentation, or one for each view, as augment, got/,
      );
    }
    await expect(collect(stream(0), {steps: 1})).rejects.toThrow(/expected images in the stream, got none/);
    await expect(collect(stream(3, [0, 1, 2]), {steps: 1, batchSize: 2})).rejects.toThrow(
      /expected images that can be used, got none/,
    );
    await expectNoLeaks(() => collect(stream(9), {steps: 4, batchSize: 4}));
  });
});
