import {createRandom, type Augment} from '@contrastive/augment';
import {expectNoLeaks, fc} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {concat} from '../src/concat.js';
import {fraction} from '../src/fraction.js';
import {fromArrays} from '../src/from-arrays.js';
import type {BadImage, IndexedSource, ViewsRequest} from '../src/source.js';
import {split} from '../src/split.js';
import {subset} from '../src/subset.js';

interface Encoded extends IndexedSource {
  readonly requests: ViewsRequest[];
  closed: number;
}

/**
 * A source with all that the contract has: image i is the two pixels first + i and 100 + first + i (of 255); those at
 * `unusable` are bad. Its views, of one pixel each, are the index and the key of an image.
 */
function encoded(
  length: number,
  {first = 0, unusable = [] as readonly number[], labels = undefined as Int32Array | undefined} = {},
): Encoded {
  const bad: BadImage[] = [];
  const note = (index: number) => {
    const path = `image ${first + index}`;
    if (!bad.some(image => image.path === path)) bad.push({path, reason: 'broken'});
    return {path, reason: 'broken'};
  };
  const pixels = (indices: ArrayLike<number>) =>
    tf.tensor4d(
      Array.from(indices).flatMap(i => [(first + i) / 255, (100 + first + i) / 255]),
      [indices.length, 1, 2, 1],
    );
  const requests: ViewsRequest[] = [];
  const source: Encoded = {
    length,
    bad,
    requests,
    labels,
    height: 1,
    width: 2,
    channels: 1,
    closed: 0,
    read: async indices => Promise.resolve(pixels(indices)),
    readGood: async indices => {
      const positions = Int32Array.from(Array.from(indices).keys()).filter(
        position => !unusable.includes(indices[position]),
      );
      for (const index of Array.from(indices)) if (unusable.includes(index)) note(index);
      return Promise.resolve({images: pixels(Array.from(positions, position => indices[position])), positions});
    },
    views: async request => {
      requests.push(request);
      const {indices, keys, augments} = request;
      const usable = Array.from(indices, index => !unusable.includes(index));
      return Promise.resolve({
        sizes: augments.map(() => [1, 1] as const),
        views: augments.map((_, view) =>
          Uint8Array.from(indices, (index, i) => (usable[i] ? (view === 0 ? first + index : keys[i]) : 0)),
        ),
        bad: Array.from(indices.keys())
          .filter(i => !usable[i])
          .map(position => ({...note(indices[position]), position})),
      });
    },
    close: async () => {
      source.closed++;
      return Promise.resolve();
    },
  };
  return source;
}

const augments = [{}, {}] as Augment[]; // which the sources above do not look at
const request = (indices: number[], keys = indices): ViewsRequest => ({
  indices: Int32Array.from(indices),
  keys: Int32Array.from(keys),
  augments,
  stream: [1, 2],
});

/** Which images a source gives, by their first pixel. */
async function firstPixels(
  source: IndexedSource,
  indices = Array.from({length: source.length}, (_, i) => i),
): Promise<number[]> {
  const images = await source.read(indices);
  const values = await images.data();
  images.dispose();
  return indices.map((_, i) => Math.round(255 * values[2 * i]));
}

/** A source whose image i has the first pixel i (below 256) and the given labels. */
const labelled = (labels: readonly number[]): IndexedSource =>
  fromArrays({
    images: Uint8Array.from({length: 2 * labels.length}, (_, i) => Math.floor(i / 2)),
    height: 1,
    width: 2,
    labels,
  });

const grey = (length: number, more = {}) =>
  fromArrays({images: new Uint8Array(2 * length), height: 1, width: 2, ...more});
/** A source that has what every source must have, and no more. */
const plain = (length: number, more = {}): IndexedSource => ({...grey(length, more), views: undefined});
const countsOf = (labels: Iterable<number>) =>
  Array.from(labels).reduce(
    (counts, label) => counts.set(label, (counts.get(label) ?? 0) + 1),
    new Map<number, number>(),
  );

test('a subset passes on views with the keys as they are, good images, bad images and close', async () => {
  const source = encoded(10, {unusable: [7]});
  const part = subset(subset(source, [9, 7, 5, 3]), [3, 1, 0]); // 3, 7 and 9
  expect(await firstPixels(part)).toEqual([3, 7, 9]);
  const views = await part.views?.(request([2, 1, 0], [20, 30, 40]));
  expect(views).toEqual({
    sizes: [
      [1, 1],
      [1, 1],
    ],
    views: [Uint8Array.of(9, 0, 3), Uint8Array.of(20, 0, 40)],
    bad: [{position: 1, path: 'image 7', reason: 'broken'}],
  });
  expect(source.requests).toEqual([request([9, 7, 3], [20, 30, 40])]);
  const good = await part.readGood?.([1, 2]);
  expect(good?.positions).toEqual(Int32Array.of(1));
  expect(good?.images).toBeAllclose([9 / 255, 109 / 255], {atol: 1e-6});
  good?.images.dispose();
  expect(part.bad).toEqual([{path: 'image 7', reason: 'broken'}]);
  await part.close?.();
  expect(source.closed).toBe(1);
  await expect(part.views?.(request([3]))).rejects.toThrow(/views: expected indices from 0 to 2, got 3/);
  await expect(part.readGood?.([-1])).rejects.toThrow(/readGood: expected indices from 0 to 2, got -1/);
});

test('a subset and a join of sources without views or bad images have none either', () => {
  for (const part of [subset(plain(2), [0]), concat([plain(2), plain(1)])]) {
    expect((['views', 'readGood', 'bad', 'close'] as const).filter(key => part[key] !== undefined)).toEqual([]);
  }
});

test('a join gives images in the order of the request, whatever source has them', async () => {
  const parts = [encoded(3), encoded(2, {first: 10}), encoded(4, {first: 20})];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(8), {maxLength: 12}), async indices => {
      const all = [0, 1, 2, 10, 11, 20, 21, 22, 23];
      expect(await firstPixels(concat(parts), indices)).toEqual(indices.map(i => all[i]));
    }),
    {numRuns: 30},
  );
  await expectNoLeaks(async () => {
    (await concat(parts).read([8, 0, 4])).dispose();
  });
});

test('a join gathers views, good and bad images', async () => {
  const parts = [encoded(3, {unusable: [1]}), encoded(2, {first: 10, unusable: [0]}), encoded(4, {first: 20})];
  const all = concat(parts);
  const views = await all.views?.(request([8, 3, 0, 1, 4], [80, 30, 7, 10, 40]));
  expect(views?.views).toEqual([Uint8Array.of(23, 0, 0, 0, 11), Uint8Array.of(80, 0, 7, 0, 40)]);
  expect(views?.bad).toEqual([
    {position: 1, path: 'image 10', reason: 'broken'},
    {position: 3, path: 'image 1', reason: 'broken'},
  ]);
  expect(parts[1].requests).toEqual([request([0, 1], [30, 40])]);
  expect(all.bad?.map(({path}) => path)).toEqual(['image 1', 'image 10']);

  const mixed = concat([plain(1), parts[1], plain(1, {images: Uint8Array.of(255, 0)})]);
  expect(mixed.views === undefined).toBe(true);
  const good = await mixed.readGood?.([3, 1, 2, 0]);
  expect(good?.positions).toEqual(Int32Array.of(0, 2, 3));
  expect(good?.images).toBeAllclose([1, 0, 11 / 255, 111 / 255, 0, 0], {atol: 1e-6});
  await expectNoLeaks(async () => {
    (await mixed.readGood?.([3, 1, 2, 0]))?.images.dispose();
  });
  good?.images.dispose();
  await all.close?.();
  expect(parts.map(({closed}) => closed)).toEqual([1, 1, 1]);
});

test('the bad images of a join are those met so far, each once', async () => {
  const source = encoded(3, {unusable: [2]});
  const twice = concat([source, subset(source, [2])]);
  expect(twice.bad).toEqual([]);
  await twice.views?.(request([3, 2]));
  expect(twice.bad).toEqual([{path: 'image 2', reason: 'broken'}]);
});

test('a join frees what it read when a later source fails', async () => {
  const failing: IndexedSource = {...grey(1), read: async () => Promise.reject(new Error('no'))};
  await expectNoLeaks(async () => {
    await expect(concat([grey(1), failing]).read([0, 1])).rejects.toThrow('no');
  });
});

test('a join has labels when all have, and the names that any has', () => {
  const named = {labels: [1, 0], classNames: ['a', 'b']};
  expect(concat([grey(2, named), grey(1, {labels: [1]})])).toMatchObject({
    length: 3,
    labels: Int32Array.of(1, 0, 1),
    classNames: ['a', 'b'],
  });
  expect(concat([grey(2, named), grey(1)]).labels).toBeUndefined();
});

test('a join tells what differs', async () => {
  expect(() => concat([])).toThrow(/concat: expected at least one source, got none/);
  expect(() => concat([grey(1), grey(1, {height: 2, width: 1})])).toThrow(
    /the same height, got 1 in source 0 and 2 in source 1; open them with the same size/,
  );
  expect(() =>
    concat([grey(3), grey(1), fromArrays({images: new Uint8Array(6), height: 1, width: 2, channels: 3})]),
  ).toThrow(/the same channels, got 1 .* 3 in source 2/);
  const names = (...classNames: string[]) => grey(1, {labels: [0], classNames});
  expect(() => concat([grey(1), names('a', 'b'), names('b', 'a')])).toThrow(
    /class names, got \["a","b"\] and, in source 2, \["b","a"\]; .* same classes/,
  );
  await expect(concat([grey(2), grey(1)]).read([3])).rejects.toThrow(/read: expected indices from 0 to 2, got 3/);
});

const someLabels = fc.array(fc.integer({min: 0, max: 4}), {minLength: 12, maxLength: 120});
const someShares = fc.oneof(
  fc.double({min: 0.3, max: 0.7, noNaN: true}),
  fc.constantFrom([0.5, 0.25, 0.25], [1 / 3, 1 / 3, 1 / 3], [0.4, 0.3, 0.3]),
);

test('a split is disjoint and complete, each part has its share of every class, and the order of the source', async () => {
  await fc.assert(
    fc.asyncProperty(someLabels, someShares, fc.integer(), async (labels, shares, seed) => {
      const source = labelled(labels);
      const parts = split(source, shares, {seed});
      const pixels = await Promise.all(parts.map(async part => firstPixels(part)));
      expect(pixels.flat().sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
      const all = typeof shares === 'number' ? [shares, 1 - shares] : shares;
      expect(parts).toHaveLength(all.length);
      for (const [p, part] of parts.entries()) {
        expect(pixels[p]).toEqual(pixels[p].toSorted((a, b) => a - b));
        expect(Array.from(part.labels ?? [])).toEqual(pixels[p].map(i => labels[i]));
        expect(Math.abs(part.length - all[p] * labels.length)).toBeLessThan(1);
        const counts = countsOf(part.labels ?? []);
        for (const [label, count] of countsOf(labels))
          expect(Math.abs((counts.get(label) ?? 0) - all[p] * count)).toBeLessThan(1);
      }
    }),
    {numRuns: 50},
  );
});

test('a split of many small classes does not round them all alike', () => {
  const labels = Array.from({length: 200}, (_, i) => i % 50); // 50 classes of 4
  expect(split(labelled(labels), 0.1).map(({length}) => length)).toEqual([20, 180]);
  expect(split(labelled(labels), [0.125, 0.75, 0.125]).map(({length}) => length)).toEqual([25, 150, 25]);
});

test('a split is a function of its seed', async () => {
  const source = labelled(Array.from({length: 12}, (_, i) => i % 2));
  const firstPart = async (options = {}) => firstPixels(split(source, 0.5, options)[0]);
  const pinned = [1, 2, 3, 7, 8, 10]; // another machine or version must not choose other images
  expect(await firstPart()).toEqual(pinned);
  expect(await firstPart({seed: 0})).toEqual(pinned);
  expect(await firstPart({seed: 1})).not.toEqual(pinned);
  expect(await firstPart({stratified: false})).not.toEqual(pinned);
});

test('a split tells what is wrong', () => {
  for (const shares of [0, 1, NaN, [0.5, 0.4], [0.5, 0.5, 0], [1.5, -0.5]]) {
    expect(() => split(grey(9), shares)).toThrow(
      /split: expected a share between 0 and 1, or shares above 0 that add up to 1, got/,
    );
  }
  expect(() => split(grey(9), 0.5, {stratified: true})).toThrow(
    /split: expected a source with labels, got one without; give stratified: false/,
  );
  expect(() => split(grey(9), 0.01)).toThrow(
    /a share of 0\.01 of 9 images is none; give a larger share, or more images/,
  );
  expect(() => split(grey(9), 0.5, {seed: 0.5})).toThrow(/split: seed: expected an integer/);
  expect(split(grey(9), [0.1, 0.2, 0.7], {stratified: false}).map(({length}) => length)).toEqual([1, 2, 6]);
});

test('a fraction is balanced, of the size that was asked for, and part of a larger one', async () => {
  const share = fc.double({min: 0.01, max: 1, noNaN: true});
  await fc.assert(
    fc.asyncProperty(someLabels, share, share, fc.integer(), async (labels, one, other, seed) => {
      const source = labelled(labels);
      const [small, large] = [Math.min(one, other), Math.max(one, other)].map(size => fraction(source, size, {seed}));
      const has = countsOf(labels);
      expect(small.length).toBe(Math.max(has.size, Math.round(Math.min(one, other) * labels.length)));
      const counts = countsOf(small.labels ?? []);
      const most = Math.max(...counts.values());
      for (const [label, count] of has)
        expect(counts.get(label) ?? 0).toBeGreaterThanOrEqual(Math.min(count, most - 1));
      const [inSmall, inLarge] = [await firstPixels(small), await firstPixels(large)];
      expect(inLarge).toEqual(expect.arrayContaining(inSmall));
      expect(new Set(inLarge).size).toBe(large.length);
    }),
    {numRuns: 50},
  );
  expect(fraction(labelled([0, 0, 1]), 1)).toMatchObject({length: 3, labels: Int32Array.of(0, 0, 1)});
});

test('1 % of ImageNet is 12 or 13 images of each of its classes', () => {
  const random = createRandom(1);
  const labels = Int32Array.from({length: 1_281_167}, (_, i) => (i < 732_000 ? i % 1000 : random.integer(1000)));
  const few = fraction({...grey(1), labels, length: labels.length}, 0.01);
  expect(few.length).toBe(12_812);
  const counts = countsOf(few.labels ?? []);
  expect([counts.size, ...new Set(counts.values())].sort((a, b) => a - b)).toEqual([12, 13, 1000]);
});

test('a fraction is a function of its seed, which is fixed unless it is given', async () => {
  const source = labelled(Array.from({length: 20}, (_, i) => i % 2));
  const pinned = [2, 3, 12, 17]; // another machine or version must not choose other images
  expect(await firstPixels(fraction(source, 0.2))).toEqual(pinned);
  expect(await firstPixels(fraction(source, 0.2, {seed: 0}))).toEqual(pinned);
  expect(await firstPixels(fraction(source, 0.2, {seed: 1}))).not.toEqual(pinned);
});

test('a fraction tells what is wrong', () => {
  for (const share of [0, -1, 1.1, NaN])
    expect(() => fraction(labelled([0, 0, 1]), share)).toThrow(/fraction: expected a share above 0 and up to 1, got/);
  expect(() => fraction(grey(9), 0.5)).toThrow(
    /fraction: expected a source with labels, got one without; give balanced: false/,
  );
  expect(fraction(grey(9), 1 / 3, {balanced: false})).toMatchObject({length: 3});
  expect(() => fraction(grey(0), 0.5)).toThrow(/expected a source with images, got an empty one/);
});
