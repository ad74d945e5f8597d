import {expectNoLeaks} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {imageNetNormalization, toImages} from '../src/index.js';

/** A multiplication in single precision instead of a division. */
const TOLERANCE = {atol: 1e-6, rtol: 0};

const bytes = Uint8Array.from({length: 2 * 2 * 3 * 3}, (_, i) => (i * 37) % 256);
const shape = [2, 2, 3, 3] as const;

test('bytes become numbers in [0, 1]', () => {
  const images = toImages(bytes, shape);
  expect(images.shape).toEqual(shape);
  expect(images.dtype).toBe('float32');
  expect(images).toBeAllclose(
    Array.from(bytes, byte => byte / 255),
    TOLERANCE,
  );
  expect(
    toImages(
      Uint8Array.from({length: 256}, (_, i) => i),
      [1, 16, 16, 1],
    ),
  ).toBeAllclose(
    Array.from({length: 256}, (_, i) => i / 255),
    TOLERANCE,
  );
});

test('and are normalised by channel', () => {
  const {mean, std} = imageNetNormalization;
  expect(toImages(bytes, shape, imageNetNormalization)).toBeAllclose(
    Array.from(bytes, (byte, i) => (byte / 255 - mean[i % 3]) / std[i % 3]),
    TOLERANCE,
  );
  expect(toImages(Uint8Array.of(0, 255), [1, 1, 2, 1], {mean: [0.5], std: [0.25]})).toBeAllclose([-2, 2], TOLERANCE);
});

test('the bytes may be shared memory, and used again', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  const images = toImages(shared, shape);
  shared.fill(0);
  const doubled = tf.mul(images, 2);
  expect(doubled).toBeAllclose(
    Array.from(bytes, byte => (2 * byte) / 255),
    {atol: 2e-6, rtol: 0},
  );
});

test('tells what is wrong', () => {
  expect(() => toImages(bytes, [2, 2, 3, 1])).toThrow(/toImages: expected 2 x 2 x 3 x 1 bytes, got 36/);
  expect(() => toImages(bytes, [4, 3, 3, 1], imageNetNormalization)).toThrow(
    /toImages: expected a mean for each of 1 channels as normalization, got \[0.485, .*; give the mean and std of/,
  );
});

test('refuses what is no bytes, or no normalisation', () => {
  expect(() => toImages(new Float32Array(36) as never, shape)).toThrow(
    'toImages: expected a Uint8Array of 0 to 255 as bytes, got a Float32Array.',
  );
  expect(() => toImages(bytes, shape, {mean: [0], std: [0]})).toThrow(
    'toImages: expected {mean, std} of 1 (grey) or 3 (RGB) numbers each with std above 0 as normalization,',
  );
});

test('leaves no tensors behind', async () => {
  await expectNoLeaks(() => {
    toImages(bytes, shape).dispose();
    toImages(bytes, shape, imageNetNormalization).dispose();
  });
});
