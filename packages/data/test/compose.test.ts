import {createRandom, type Augment} from '@contrastive/augment';
import {fc} from '@contrastive/testing';
import {expect, test} from 'vitest';
import {concat, fraction, fromArrays, fromImages, readImages, split, subset} from '../src/index.js';
import type {BadImage, ImageArrays, Source, ViewsRequest} from '../src/index.js';

interface Encoded extends Source {
  readonly requests: ViewsRequest[];
  closed: number;
}

/**
 * A source of which the images at `unusable` are bad. Its views, of one pixel each, are the index of an image (counted
 * from `first`) and its key.
 */
function encoded(length: number, {first = 0, unusable = [] as readonly number[]} = {}): Encoded {
  const bad: BadImage[] = [];
  const nameOf = (index: number) => `image ${first + index}`;
  const note = (index: number) => {
    const image = {path: nameOf(index), reason: 'broken'};
    if (!bad.some(({path}) => path === image.path)) bad.push(image);
    return image;
  };
  const requests: ViewsRequest[] = [];
  const source: Encoded = {
    length,
    bad,
    requests,
    nameOf,
    inThreads: true,
    channels: 1,
    closed: 0,
    views: async request => {
      requests.push(request);
      const {indices, keys, augments} = request;
      const usable = Array.from(indices, index => !unusable.includes(index));
      return {
        sizes: augments.map(() => [1, 1] as const),
        views: augments.map((_, view) =>
          Uint8Array.from(indices, (index, i) => (usable[i] ? (view === 0 ? first + index : keys[i]) : 0)),
        ),
        bad: Array.from(indices.keys())
          .filter(i => !usable[i])
          .map(position => ({...note(indices[position]), position})),
      };
    },
    close: async () => {
      source.closed++;
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
  source: Source,
  indices = Array.from({length: source.length}, (_, i) => i),
): Promise<number[]> {
  const {bytes} = await readImages(source, indices);
  return indices.map((_, i) => bytes[(i * bytes.length) / indices.length]);
}

/** A source whose image i has the first pixel i (below 256) and the given labels. */
const labelled = (labels: readonly number[]): Source =>
  fromArrays({
    images: Uint8Array.from({length: 2 * labels.length}, (_, i) => Math.floor(i / 2)),
    height: 1,
    width: 2,
    labels,
  });

const grey = (length: number, more: Partial<ImageArrays> = {}) =>
  fromArrays({images: new Uint8Array(2 * length), height: 1, width: 2, ...more});
const countsOf = (labels: Iterable<number>) =>
  Array.from(labels).reduce(
    (counts, label) => counts.set(label, (counts.get(label) ?? 0) + 1),
    new Map<number, number>(),
  );

test('a subset passes on views with the keys as they are, names, bad images and close', async () => {
  const source = encoded(10, {unusable: [7]});
  const part = subset(subset(source, [9, 7, 5, 3]), [3, 1, 0]); // 3, 7 and 9
  expect(await part.views(request([2, 1, 0], [20, 30, 40]))).toEqual({
    sizes: [
      [1, 1],
      [1, 1],
    ],
    views: [Uint8Array.of(9, 0, 3), Uint8Array.of(20, 0, 40)],
    bad: [{position: 1, path: 'image 7', reason: 'broken'}],
  });
  expect(source.requests).toEqual([request([9, 7, 3], [20, 30, 40])]);
  expect(await readImages(part, [1, 2])).toMatchObject({bytes: Uint8Array.of(9), positions: Int32Array.of(1)});
  expect(part).toMatchObject({inThreads: true, bad: [{path: 'image 7', reason: 'broken'}]});
  expect([part.size, part.nameOf(2)]).toEqual([undefined, 'image 9']);
  await part.close();
  expect(source.closed).toBe(1);
  await expect(part.views(request([3]))).rejects.toThrow(/views: expected integers from 0 to 2 as indices, got 3/);
});

test('what is composed works in threads when any part does', () => {
  const inThreads = [subset(grey(2), [0]), concat([grey(2), grey(1)]), concat([grey(2), encoded(1)])].map(
    source => source.inThreads,
  );
  expect(inThreads).toEqual([false, false, true]);
});

test('a join gives images in the order of the request, whatever source has them', async () => {
  const parts = [encoded(3), encoded(2, {first: 10}), encoded(4, {first: 20})];
  const joined = concat(parts);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(8), {maxLength: 12}), async indices => {
      const all = [0, 1, 2, 10, 11, 20, 21, 22, 23];
      expect(await firstPixels(joined, indices)).toEqual(indices.map(i => all[i]));
      expect(indices.map(i => joined.nameOf(i))).toEqual(indices.map(i => `image ${all[i]}`));
    }),
    {numRuns: 30},
  );
});

test('a join gathers views, good and bad images', async () => {
  const parts = [encoded(3, {unusable: [1]}), encoded(2, {first: 10, unusable: [0]}), encoded(4, {first: 20})];
  const all = concat(parts);
  const views = await all.views(request([8, 3, 0, 1, 4], [80, 30, 7, 10, 40]));
  expect(views.views).toEqual([Uint8Array.of(23, 0, 0, 0, 11), Uint8Array.of(80, 0, 7, 0, 40)]);
  expect(views.bad).toEqual([
    {position: 1, path: 'image 10', reason: 'broken'},
    {position: 3, path: 'image 1', reason: 'broken'},
  ]);
  expect(parts[1].requests).toEqual([request([0, 1], [30, 40])]);
  expect(all.bad.map(({path}) => path)).toEqual(['image 1', 'image 10']);
  await all.close();
  expect(parts.map(({closed}) => closed)).toEqual([1, 1, 1]);
});

test('the bad images of a join are those met so far, each once', async () => {
  const source = encoded(3, {unusable: [2]});
  const twice = concat([source, subset(source, [2])]);
  expect(twice.bad).toEqual([]);
  await twice.views(request([3, 2]));
  expect(twice.bad).toEqual([{path: 'image 2', reason: 'broken'}]);
});

test('a join has a size when all have the same; else views that differ in size are refused', async () => {
  const parts = [grey(1), grey(1, {height: 2, width: 1})];
  expect(concat([grey(1), grey(2)]).size).toEqual([1, 2]);
  for (const others of [parts, [grey(1), fromImages({length: 0, pixels: () => Promise.reject(new Error())})]])
    expect(concat(others).size).toBeUndefined();
  await expect(readImages(concat(parts), [0, 1])).rejects.toThrow(
    /views: expected views of one size, got \[\[1,2\]\] and \[\[2,1\]\] of joined sources; .* with a crop/,
  );
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
  expect(() => concat([])).toThrow(/concat: expected at least one source as sources, got none/);
  expect(() => concat(grey(1) as never)).toThrow(/concat: expected a list of sources as sources, got/);
  expect(() =>
    concat([grey(3), grey(1), fromArrays({images: new Uint8Array(6), height: 1, width: 2, channels: 3})]),
  ).toThrow(/the same channels as sources, got 1 .* 3 in source 2/);
  const names = (...classNames: string[]) => grey(1, {labels: [0], classNames});
  expect(() => concat([grey(1), names('a', 'b'), names('b', 'a')])).toThrow(
    /class names as sources, got \["a","b"\] and, in source 2, \["b","a"\]; .* same classes/,
  );
  await expect(concat([grey(2), grey(1)]).views(request([3]))).rejects.toThrow(
    /views: expected integers from 0 to 2 as indices, got 3/,
  );
});

const someLabels = fc.array(fc.integer({min: 0, max: 4}), {minLength: 12, maxLength: 120});
const someShares = fc.oneof(
  fc.double({min: 0.3, max: 0.7, noNaN: true}),
  fc.constantFrom([0.5, 0.25, 0.25], [1 / 3, 1 / 3, 1 / 3], [0.4, 0.3, 0.3]),
);

test('a split is disjoint and complete; each part has its share of each class, in the source order', async () => {
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
      /split: expected a number between 0 and 1, or numbers above 0 that add up to 1, as shares, got/,
    );
  }
  expect(() => split(grey(9), 0.5, {stratified: true})).toThrow(
    /split: expected images with labels as source, got none; give stratified: false/,
  );
  expect(() => split(grey(9), 0.01)).toThrow(
    /at least one image as shares, got 0\.01 of 9 images; give a larger share, or more images/,
  );
  expect(() => split(grey(9), 0.5, {seed: 0.5})).toThrow(/split: expected an integer as seed, got 0\.5/);
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
    expect(() => fraction(labelled([0, 0, 1]), share)).toThrow(
      /fraction: expected a number above 0 and up to 1 as share, got/,
    );
  expect(() => fraction(grey(9), 0.5)).toThrow(
    /fraction: expected images with labels as source, got none; give balanced: false/,
  );
  expect(fraction(grey(9), 1 / 3, {balanced: false})).toMatchObject({length: 3});
  expect(() => fraction(grey(0), 0.5)).toThrow(/fraction: expected images as source, got none/);
});
