import {expectNoLeaks} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {
  augmentation,
  createRandom,
  horizontalFlip,
  randomResizedCrop,
  simclrAugment,
  type Operation,
  type ViewParams,
} from '../src/index.js';

/** Batched products may add in another order than single ones. */
const BATCH_TOLERANCE = {atol: 1e-6, rtol: 0};

const randomImages = (n: number, size: number, channels: number): tf.Tensor4D =>
  tf.randomUniform([n, size, size, channels], 0, 1, 'float32', 7);

test('does its operations in order, each with its own parameters and the size that it meets', () => {
  const seen: [number, number][] = [];
  const invert: Operation<number> = {
    name: 'invert',
    sample: (height, width) => {
      seen.push([height, width]);
      return 1;
    },
    apply: (image, one) => ({...image, data: image.data.map(value => one - value)}),
  };
  const augment = augmentation([randomResizedCrop({size: 4}), horizontalFlip({probability: 1}), invert]);
  const params = augment.sample(6, 8, createRandom(1));
  expect(Object.keys(params)).toEqual(['crop', 'flip', 'invert']);
  expect(seen).toEqual([[4, 4]]);
  const images: tf.Tensor4D = tf.ones([1, 6, 8, 1]);
  const view = augment.apply(images, [params]);
  expect(view.shape).toEqual([1, 4, 4, 1]);
  expect(view).toBeAllclose(new Float32Array(16), {atol: 1e-6});
});

test('parameters are plain data, the same from the same stream', () => {
  const augment = simclrAugment({size: 40});
  const params = augment.sample(48, 48, createRandom(3, 1, 4));
  expect(structuredClone(params)).toEqual(params);
  expect(augment.sample(48, 48, createRandom(3, 1, 4))).toEqual(params);
  expect(augment.sample(48, 48, createRandom(3, 1, 5))).not.toEqual(params);
});

test.each([
  [28, 1],
  [32, 3],
  [40, 3],
])('SimCLR views (%i pixels, %i channels) stay in [0, 1], whatever the batch', (size, channels) => {
  const augment = simclrAugment({size});
  const images = randomImages(6, size, channels);
  const params = Array.from({length: 6}, (_, i) => augment.sample(size, size, createRandom(1, i)));
  const views = augment.apply(images, params);
  expect(views.shape).toEqual([6, size, size, channels]);
  expect(tf.min(views).dataSync()[0]).toBeGreaterThanOrEqual(0);
  expect(tf.max(views).dataSync()[0]).toBeLessThanOrEqual(1);
  for (const i of [0, 3, 5]) {
    const alone = augment.apply(tf.slice(images, [i, 0, 0, 0], [1, -1, -1, -1]), [params[i]]);
    expect(alone).toBeAllclose(tf.slice(views, [i, 0, 0, 0], [1, -1, -1, -1]), BATCH_TOLERANCE);
  }
});

test('SimCLR blurs and jitters by size', () => {
  const blurred = (augment: ReturnType<typeof simclrAugment>) =>
    'gaussianBlur' in augment.sample(50, 50, createRandom(1));
  expect(blurred(simclrAugment({size: 32}))).toBe(false);
  expect(blurred(simclrAugment({size: 33}))).toBe(true);
  expect(blurred(simclrAugment({size: 33, blur: false}))).toBe(false);
  const strongest = (size: number) => {
    const augment = simclrAugment({size});
    return Math.max(
      ...Array.from(
        {length: 3000},
        (_, i) => (augment.sample(50, 50, createRandom(1, i)).colorJitter as {contrast: number}).contrast,
      ),
    );
  };
  expect(strongest(32)).toBeCloseTo(1.4, 2);
  expect(strongest(96)).toBeCloseTo(1.8, 2);
});

test('without operations the images come back as a tensor of their own', () => {
  const images = randomImages(2, 4, 1);
  const view = augmentation([]).apply(images, [{}, {}]);
  images.dispose();
  expect(view.dataSync()).toHaveLength(32);
});

test('an operation may return the image that it was given', () => {
  const same: Operation<null> = {name: 'same', sample: () => null, apply: image => image};
  const images = randomImages(1, 4, 1);
  const view = augmentation([same]).apply(images, [{same: null}]);
  view.dispose();
  expect(images.isDisposed).toBe(false);
});

test('tells what is wrong', () => {
  const augment = augmentation([horizontalFlip()]);
  const images = randomImages(2, 4, 1);
  const flip: ViewParams = {flip: true};
  expect(() => augmentation([horizontalFlip(), horizontalFlip()])).toThrow(/two operations are named 'flip'/);
  expect(() => augment.apply(images, [flip])).toThrow(/got 1 for 2 images/);
  expect(() => augment.apply(images, [flip, {}])).toThrow(/parameters of image 1 lack 'flip'/);
  expect(() => augment.apply(randomImages(2, 4, 2), [flip, flip])).toThrow(
    /1 \(grey\) or 3 \(RGB\) channels, got shape \[2, 4, 4, 2\]/,
  );
});

test('leaves no tensors behind, also when an operation fails', async () => {
  const augment = simclrAugment({size: 40});
  const images = randomImages(4, 40, 3);
  const params = Array.from({length: 4}, (_, i) => augment.sample(40, 40, createRandom(1, i)));
  await expectNoLeaks(() => {
    augment.apply(images, params).dispose();
  });
  const failing: Operation<null> = {
    name: 'failing',
    sample: () => null,
    apply: () => {
      throw new Error('no');
    },
  };
  const broken = augmentation([horizontalFlip(), failing]);
  await expectNoLeaks(() => {
    expect(() =>
      broken.apply(
        images,
        params.map(() => ({flip: true, failing: null})),
      ),
    ).toThrow('no');
  });
});
