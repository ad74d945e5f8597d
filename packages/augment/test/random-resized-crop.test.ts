import {expectNoLeaks} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {createRandom, horizontalFlip, randomResizedCrop} from '../src/index.js';
import {applied} from './applied.js';
import {FLOAT_TOLERANCE, HEIGHT, values, WIDTH} from './golden.js';

const DRAWS = 20_000;

const color = () => tf.tensor4d(values.color, [1, HEIGHT, WIDTH, 3]);
const grey = () => tf.tensor4d(values.grey, [1, HEIGHT, WIDTH, 1]);

test.each(values.crops)(
  'resizes as torchvision and Pillow do: $interpolation, $crop to $size',
  ({interpolation, crop, size, ...expected}) => {
    const operation = randomResizedCrop({size, interpolation});
    expect(applied(operation, color(), [{...crop, flipped: false}])).toBeAllclose(expected.color, FLOAT_TOLERANCE);
    expect(applied(operation, color(), [{...crop, flipped: true}])).toBeAllclose(expected.flipped, FLOAT_TOLERANCE);
    const one = applied(operation, grey(), [{...crop, flipped: false}]);
    expect(one.shape).toEqual([1, size, size, 1]);
    expect(one).toBeAllclose(expected.grey, FLOAT_TOLERANCE);
    expect(one).toBeAllclose(expected.pillow, FLOAT_TOLERANCE);
  },
);

test('each image of a batch has its own crop', () => {
  const whole = values.crops[0];
  const size = whole.size;
  const other = {top: 2, left: 1, height: 9, width: 6, flipped: true};
  const operation = randomResizedCrop({size});
  const batch: tf.Tensor4D = tf.concat([color(), color(), color()]);
  const alone = applied(operation, color(), [other]).dataSync();
  expect(
    applied(operation, batch, [{...whole.crop, flipped: false}, other, {...whole.crop, flipped: true}]),
  ).toBeAllclose([...whole.color, ...alone, ...whole.flipped], FLOAT_TOLERANCE);
});

test('flips the asked part of the crops', () => {
  const flippedOf = (flip: number) => {
    const operation = randomResizedCrop({size: 8, flip});
    return Array.from({length: DRAWS}, (_, i) => operation.sample(28, 28, createRandom(2, i)).flipped).filter(Boolean)
      .length;
  };
  expect(flippedOf(0)).toBe(0);
  expect(flippedOf(1)).toBe(DRAWS);
  expect(Math.abs(flippedOf(0.5) - DRAWS / 2)).toBeLessThan(3.3 * Math.sqrt(DRAWS / 4));
});

test('flips as the operation horizontalFlip does', () => {
  const images: tf.Tensor4D = tf.randomUniform([3, 9, 9, 3], 0, 1, 'float32', 1);
  const whole = {top: 0, left: 0, height: 9, width: 9};
  const flipped = [true, false, true];
  const cropped = applied(
    randomResizedCrop({size: 9}),
    images,
    flipped.map(chosen => ({...whole, flipped: chosen})),
  );
  expect(cropped).toBeAllclose(applied(horizontalFlip(), images, flipped));
});

test('tells what is wrong', () => {
  expect(() => randomResizedCrop({size: 0})).toThrow(/size: expected a positive integer, got 0/);
  expect(() => randomResizedCrop({size: 8, area: [0, 1]})).toThrow(/0 < low <= high <= 1, got \[0, 1\]/);
  expect(() => randomResizedCrop({size: 8, area: [0.5, 1.5]})).toThrow(RangeError);
  expect(() => randomResizedCrop({size: 8, aspect: [2, 1]})).toThrow(RangeError);
  expect(() => randomResizedCrop({size: 8, flip: 2})).toThrow(RangeError);
  expect(() => randomResizedCrop({size: 8, interpolation: 'lanczos' as 'bicubic'})).toThrow(
    /'bilinear', 'bicubic', got 'lanczos'/,
  );
  const box = {top: 5, left: 0, height: 10, width: 10, flipped: false};
  expect(() => applied(randomResizedCrop({size: 8}), color(), [box])).toThrow(/does not fit an image of 12 x 10/);
});

test('leaves no tensors behind', async () => {
  const images = color();
  const operation = randomResizedCrop({size: 7, interpolation: 'bicubic'});
  await expectNoLeaks(() => {
    applied(operation, images, [{...values.crops[1].crop, flipped: true}]).dispose();
  });
});
