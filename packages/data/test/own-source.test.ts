import {evalAugment} from '@contrastive/augment';
import {expect, test} from 'vitest';
import {
  concat,
  disposeViews,
  fromArrays,
  fromImages,
  readImages,
  subset,
  twoViews,
  type Source,
  type ViewsBytes,
} from '../src/index.js';

const good = fromArrays({images: new Uint8Array(48), height: 2, width: 2, channels: 3, labels: [0, 1, 2, 3]});

/** A source of someone else's, whose answers are changed. */
const answering = (change: (given: ViewsBytes) => object): Source => ({
  ...good,
  views: async request => change(await good.views(request)) as ViewsBytes,
});

const augment = evalAugment({size: 2});

async function firstBatch(source: Source): Promise<void> {
  for await (const views of twoViews(source, {augment, batchSize: 2, seed: 1, steps: 1})) disposeViews(views);
}

test.each<[string, (given: ViewsBytes) => object, RegExp]>([
  [
    'numbers in [0, 1]',
    given => ({...given, views: given.views.map(view => Float32Array.from(view))}),
    /expected a Uint8Array of 2 x 2 x 2 x 3 bytes as view 0 of the source, got a Float32Array; its numbers are from 0/,
  ],
  [
    '16 bits',
    given => ({...given, views: given.views.map(view => Uint16Array.from(view))}),
    /as view 0 of the source, got a Uint16Array/,
  ],
  [
    'the bytes of fewer images',
    given => ({...given, views: given.views.map(view => view.subarray(12))}),
    /2 x 2 x 2 x 3 bytes as view 0 of the source, got 12; mend its views/,
  ],
  ['no views', () => ({}), /expected \{views, sizes, bad\} with \d views and sizes of the source, got \{\}/],
  ['nothing', () => undefined as never, /expected \{views, sizes, bad\} .* of the source, got undefined/],
  [
    'too few views',
    given => ({...given, views: [], sizes: []}),
    /expected \{views, sizes, bad\} with \d views and sizes of the source, got \{"views":\[\]/,
  ],
  [
    'bad images that nobody asked for',
    given => ({...given, bad: [{path: 'x', reason: 'y', position: 7}]}),
    /expected positions of bad images from 0 to 1 of the source, got 7/,
  ],
])('a source that gives %s is refused at the first batch', async (_name, change, message) => {
  const source = answering(change);
  await expect(firstBatch(source)).rejects.toThrow(message);
  await expect(readImages(source, [0, 1], augment)).rejects.toThrow(message);
  await expect(firstBatch(subset(concat([source]), [0, 1, 2]))).rejects.toThrow(/expected|undefined/);
});

test('images that share one buffer stay apart, whatever joins them', async () => {
  const data = new Uint8Array(1);
  const source = fromImages({
    length: 2,
    pixels: async index => {
      data[0] = index + 1;
      await Promise.resolve();
      return {data, height: 1, width: 1, channels: 1};
    },
  });
  const joined = concat([subset(source, [0]), subset(source, [1])]);
  expect((await readImages(joined, [0, 1, 0])).bytes).toEqual(Uint8Array.of(1, 2, 1));
});

test('indices are a list', () => {
  expect(() => subset(good, new Set([0, 9]) as never)).toThrow(
    'subset: expected a list of indices as indices, got a Set.',
  );
  expect(() => subset(good, undefined as never)).toThrow('as indices, got undefined.');
});

test.each<[string, object, RegExp]>([
  ['a promise', Promise.resolve(good), /expected a source of images as source, got a Promise; await it\.$/],
  ['a stream', {samples: () => [], views: () => []}, /got a stream; open the images as a folder or parquet/],
  ['2 channels', {...good, channels: 2}, /expected 1 \(grey\) or 3 \(RGB\) as channels of source, got 2/],
  ['half a length', {...good, length: 1.5}, /as length of source, got 1\.5/],
  ['too few labels', {...good, labels: Int32Array.of(1)}, /expected 4 labels of source, one an image, got 1/],
  ['BigInt labels', {...good, labels: BigInt64Array.of(1n)}, /got a BigInt64Array; convert by Int32Array\.from/],
])('%s is refused where a source is expected', async (_name, source, message) => {
  await expect(async () => readImages(source as Source, [0])).rejects.toThrow(message);
  expect(() => subset(source as Source, [0])).toThrow(message);
});
