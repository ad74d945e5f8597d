import {expectNoLeaks} from '@contrastive/testing';
import {expect, test} from 'vitest';
import {fromArrays, subset} from '../src/index.js';

const arrays = {
  images: Uint8Array.from({length: 24}, (_, i) => i),
  height: 1,
  width: 2,
  channels: 3,
  labels: [3, 2, 1, 0],
  classNames: ['a', 'b', 'c', 'd'],
};

test('reads the images that are asked for, in that order, in [0, 1]', async () => {
  const source = fromArrays(arrays);
  expect(source).toMatchObject({length: 4, height: 1, width: 2, channels: 3, labels: Int32Array.from([3, 2, 1, 0])});
  const images = await source.read([3, 0, 3]);
  expect(images.shape).toEqual([3, 1, 2, 3]);
  const [first, last] = [
    [0, 1, 2, 3, 4, 5],
    [18, 19, 20, 21, 22, 23],
  ].map(bytes => bytes.map(byte => byte / 255));
  expect(images).toBeAllclose([...last, ...first, ...last], {atol: 1e-7});
  expect(await fromArrays({images: Uint8Array.of(0, 255), height: 1, width: 1}).read([1, 0])).toBeAllclose([1, 0], {
    atol: 0,
  });
});

test('a subset has the images, labels and names of its indices', async () => {
  const source = subset(fromArrays(arrays), [2, 0]);
  expect(source).toMatchObject({
    length: 2,
    channels: 3,
    labels: Int32Array.from([1, 3]),
    classNames: arrays.classNames,
  });
  expect(await source.read([1])).toBeAllclose(
    [0, 1, 2, 3, 4, 5].map(byte => byte / 255),
    {atol: 1e-7},
  );
  expect(await subset(source, [1]).read([0])).toBeAllclose(
    [0, 1, 2, 3, 4, 5].map(byte => byte / 255),
    {atol: 1e-7},
  );
  expect(subset(fromArrays({...arrays, labels: undefined}), [0]).labels).toBeUndefined();
});

test('tells what is wrong', async () => {
  const source = fromArrays(arrays);
  expect(() => fromArrays({...arrays, width: 5})).toThrow(/multiple of 1 x 5 x 3 = 15 bytes, got 24/);
  expect(() => fromArrays({...arrays, channels: 2})).toThrow(/1 \(grey\) or 3 \(RGB\) channels, got 2/);
  expect(() => fromArrays({...arrays, labels: [1]})).toThrow(/label for each of 4 images, got 1/);
  expect(() => subset(source, [0, 4])).toThrow(/subset: expected indices from 0 to 3, got 4 at position 1/);
  await expect(source.read([-1])).rejects.toThrow(/read: expected indices from 0 to 3, got -1/);
  await expect(subset(source, [3]).read([1])).rejects.toThrow(/expected indices from 0 to 0, got 1/);
});

test('leaves no tensors behind', async () => {
  const source = subset(fromArrays(arrays), [1, 2]);
  await expectNoLeaks(async () => {
    (await source.read([0, 1])).dispose();
  });
});
