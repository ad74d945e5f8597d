import {evalAugment, type Pixels} from '@contrastive/augment';
import {expect, test} from 'vitest';
import {fromArrays, fromImages, readImages, subset, type ImageArrays, type Source} from '../src/index.js';

const arrays = {
  images: Uint8Array.from({length: 24}, (_, i) => i),
  height: 1,
  width: 2,
  channels: 3,
  labels: [3, 2, 1, 0],
  classNames: ['a', 'b', 'c', 'd'],
} as const;

const [first, , , last] = [0, 6, 12, 18].map(start => Array.from({length: 6}, (_, i) => start + i));

test('gives the images that are asked for, in that order, as they are', async () => {
  const source = fromArrays(arrays);
  expect(source).toMatchObject({length: 4, size: [1, 2], channels: 3, labels: Int32Array.from([3, 2, 1, 0])});
  expect(source).toMatchObject({inThreads: false, bad: [], classNames: arrays.classNames});
  expect(source.nameOf(2)).toBe('2');
  expect(await readImages(source, [3, 0, 3])).toEqual({
    bytes: Uint8Array.of(...last, ...first, ...last),
    shape: [3, 1, 2, 3],
    positions: Int32Array.of(0, 1, 2),
  });
  const grey = fromArrays({images: Uint8ClampedArray.of(0, 255), height: 1, width: 1});
  expect((await readImages(grey, [1, 0])).bytes).toEqual(Uint8Array.of(255, 0));
  expect(await readImages(grey, [])).toMatchObject({bytes: new Uint8Array(0), positions: new Int32Array(0)});
  expect(await readImages(grey, [], evalAugment({size: 3}))).toMatchObject({shape: [0, 3, 3, 1]});
  await source.close();
});

test('images as a policy of evaluation makes them, without the bad ones', async () => {
  const source = fromArrays(arrays);
  const {bytes, shape} = await readImages(source, [1], evalAugment({size: 4}));
  expect(shape).toEqual([1, 4, 4, 3]);
  expect(bytes).toHaveLength(48);
  const partly: Source = {
    ...source,
    views: async request => ({...(await source.views(request)), bad: [{position: 1, path: 'b', reason: 'broken'}]}),
  };
  expect(await readImages(partly, [0, 1, 3])).toEqual({
    bytes: Uint8Array.of(...first, ...last),
    shape: [2, 1, 2, 3],
    positions: Int32Array.of(0, 2),
  });
});

test('a subset has the images, labels and names of its indices', async () => {
  const source = subset(fromArrays(arrays), [2, 0]);
  expect(source).toMatchObject({
    length: 2,
    channels: 3,
    size: [1, 2],
    labels: Int32Array.from([1, 3]),
    classNames: arrays.classNames,
  });
  expect([0, 1].map(index => source.nameOf(index))).toEqual(['2', '0']);
  expect((await readImages(source, [1])).bytes).toEqual(Uint8Array.from(first));
  expect((await readImages(subset(source, [1]), [0])).bytes).toEqual(Uint8Array.from(first));
  expect(subset(fromArrays({...arrays, labels: undefined}), [0]).labels).toBeUndefined();
});

test('tells what is wrong', async () => {
  const source = fromArrays(arrays);
  expect(() => fromArrays({...arrays, width: 5})).toThrow(/multiple of 1 x 5 x 3 = 15 bytes as images, got 24/);
  expect(() => fromArrays({...arrays, channels: 2 as 3})).toThrow(/1 \(grey\) or 3 \(RGB\) as channels, got 2/);
  expect(() => fromArrays({...arrays, labels: [1]})).toThrow(/label for each of 4 images as labels, got 1/);
  expect(() => fromArrays({...arrays, labels: [1, 2, 3, 0.5]})).toThrow(/a list of integers as labels, got/);
  expect(() => fromArrays({...arrays, label: [1]} as ImageArrays)).toThrow(/got label; did you mean labels\?/);
  expect(() => subset(source, [0, 4])).toThrow(/subset: expected integers from 0 to 3 as indices, got 4 at position 1/);
  expect(() => subset(undefined as never, [0])).toThrow(/subset: expected a source of images as source/);
  await expect(readImages(source, [-1])).rejects.toThrow(
    /readImages: expected integers from 0 to 3 as indices, got -1/,
  );
  await expect(readImages(source, [0.5])).rejects.toThrow(RangeError);
  await expect(readImages(subset(source, [3]), [1])).rejects.toThrow(/integers from 0 to 0 as indices, got 1/);
  await expect(readImages(source, [0], {} as never)).rejects.toThrow(/readImages: expected an augmentation as augment/);
  const request = {keys: Int32Array.of(4), augments: [evalAugment()], stream: [0]} as const;
  await expect(source.views({...request, indices: Int32Array.of(4)})).rejects.toThrow(
    /views: expected integers from 0 to 3 as indices, got 4 at position 0/,
  );
});

test('images in memory that are no bytes are refused with the conversion', () => {
  const wrong = (images: unknown) => () => fromArrays({images: images as Uint8Array, height: 1, width: 1});
  expect(wrong(Float32Array.of(0.5))).toThrow(TypeError);
  expect(wrong(Float32Array.of(0.5))).toThrow(
    'fromArrays: expected bytes of 0 to 255, a Uint8Array, as images, got a Float32Array; convert numbers in [0, 1] ' +
      'by Uint8Array.from(pixels, value => Math.round(255 * value)).',
  );
  expect(wrong(Uint16Array.of(5))).toThrow(
    /got a Uint16Array; convert 16 bits by Uint8Array\.from\(pixels, value => Math\.round\(value \/ 257\)\)\./,
  );
  expect(wrong([1, 2])).toThrow(
    /got \[1, 2\]; convert numbers .*, integers of 0 to 255 by Uint8Array\.from\(pixels\)\./,
  );
  expect(wrong(undefined)).toThrow(/as images, got undefined/);
});

/** Images of one grey value each, which grow by a column. */
const growing = (index: number): Pixels => ({
  data: new Uint8Array(2 * (index + 1)).fill(10 * index),
  height: 2,
  width: index + 1,
  channels: 1,
});

test('images of your own come one after the other, of any size, at once or later', async () => {
  for (const pixels of [growing, async (index: number) => Promise.resolve(growing(index))]) {
    const source = fromImages({length: 3, pixels, labels: [2, 1, 0], nameOf: index => `number ${index}`});
    expect(source).toMatchObject({length: 3, channels: 1, labels: Int32Array.of(2, 1, 0), inThreads: false, bad: []});
    expect([source.size, source.classNames, source.nameOf(1)]).toEqual([undefined, undefined, 'number 1']);
    expect(await readImages(source, [2, 0], evalAugment({size: 1}))).toMatchObject({
      bytes: Uint8Array.of(20, 0),
      shape: [2, 1, 1, 1],
    });
    expect((await readImages(source, [1, 1])).bytes).toEqual(new Uint8Array(8).fill(10));
    await expect(readImages(source, [0, 1])).rejects.toThrow(
      'views: expected views of one size, got 2 x 1 of image number 0 and 2 x 2 of image number 1; begin the ' +
        'augmentation with a crop, as randomResizedCrop({size: 224}).',
    );
  }
  const memory = new Uint8Array(1); // the same for each image
  const pixels = (index: number): Pixels => ({data: memory.fill(index), height: 1, width: 1, channels: 1});
  expect((await readImages(fromImages({length: 9, pixels}), [7, 2, 8])).bytes).toEqual(Uint8Array.of(7, 2, 8));
});

test('pixels of one size alone do not make views of one size', async () => {
  const turned = (index: number): Pixels => ({...growing(5), height: index === 0 ? 3 : 4, width: index === 0 ? 4 : 3});
  await expect(readImages(fromImages({length: 2, pixels: turned}), [0, 1])).rejects.toThrow(/got 3 x 4 .* and 4 x 3/);
});

test('an image that cannot be had is named, with the cause', async () => {
  const cause = new Error('no such file');
  const failing = [
    () => {
      throw cause;
    },
    async () => Promise.reject(cause),
  ];
  for (const pixels of failing) {
    const source = fromImages({length: 3, pixels, nameOf: index => `cat-${index}.png`});
    const error: unknown = await readImages(source, [2]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      cause,
      message: expect.stringMatching(/image cat-2\.png.*\(no such file\)/) as string,
    });
  }
});

test('pixels that are none are refused by name with what to do', async () => {
  const bytes = Uint8Array.of(1, 2);
  const image = {data: bytes, height: 1, width: 2, channels: 1};
  const conversion = /convert numbers in \[0, 1\] by Uint8Array\.from\(pixels, value => Math\.round\(255 \* value\)\)/;
  for (const [pixels, kind, message] of [
    [{...image, data: Float32Array.of(0.5, 1)}, TypeError, conversion],
    [Float32Array.of(0.5, 1), TypeError, conversion],
    [{...image, data: Uint16Array.of(5, 6)}, TypeError, /a Uint16Array; convert 16 bits/],
    [{...image, data: [1, 2]}, TypeError, /integers of 0 to 255 by Uint8Array\.from\(pixels\)/],
    [[1, 2], TypeError, /integers of 0 to 255 by Uint8Array\.from\(pixels\)/],
    [bytes, TypeError, /expected \{data, height, width, channels\} as pixels of image 1/],
    [undefined, TypeError, /got undefined/],
    [{...image, data: undefined}, TypeError, /got undefined/],
    [{...image, data: Uint8Array.of(1)}, RangeError, /1 x 2 x 1 = 2 bytes as data of image 1, got 1/],
    [{...image, width: 1.5}, RangeError, /an integer from 1 on as width of image 1, got 1\.5/],
    [{...image, channels: 3}, RangeError, /expected 1 as channels of image 1, got 3; give channels: 3 to fromImages/],
    [{...image, channels: 4}, RangeError, /1 \(grey\) or 3 \(RGB\) as channels of image 1, got 4/],
  ] as const) {
    for (const given of [pixels, Promise.resolve(pixels)]) {
      const source = fromImages({length: 2, pixels: () => given as Pixels});
      const error: unknown = await readImages(source, [1]).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject({message: expect.stringMatching(message) as string});
      expect(error).toMatchObject({message: expect.stringMatching(/^fromImages: .*image 1.*\.$/) as string});
    }
  }
});

test('options of images of your own are checked', () => {
  const good = {length: 2, pixels: growing};
  for (const [options, message] of [
    [{...good, length: -1}, /fromImages: expected an integer from 0 on as length, got -1/],
    [{...good, pixels: new Uint8Array(2)}, /expected a function as pixels, got a Uint8Array/],
    [{length: 2}, /expected a function as pixels, got undefined/],
    [{...good, labels: [1]}, /label for each of 2 images as labels, got 1/],
    [{...good, channels: 4}, /1 \(grey\) or 3 \(RGB\) as channels, got 4/],
    [{...good, label: [1, 2]}, /got label; did you mean labels\?/],
  ] as const)
    expect(() => fromImages(options as never)).toThrow(message);
  expect(() => fromImages(undefined as never)).toThrow(/fromImages: expected an object of options, got undefined/);
});
