import {expect, test} from 'vitest';
import {defaultSettings, problemOf} from '../src/settings.js';

const fine = {method: 'simclr', size: 32, batchSize: 16, steps: 100, seed: 1} as const;

test('what is proposed suits the backend and the images, and is no problem', () => {
  expect(defaultSettings('webgl', {images: 1000, side: 28})).toMatchObject({size: 28, batchSize: 64});
  expect(defaultSettings('webgpu', {images: 1000, side: 128})).toMatchObject({size: 48, batchSize: 64});
  expect(defaultSettings('wasm', {images: 1000, side: 128})).toMatchObject({size: 32, batchSize: 32});
  expect(defaultSettings('webgl', {images: 20, side: 3})).toMatchObject({size: 16, batchSize: 20});
  for (const images of [8, 20, 5000])
    for (const side of [1, 28, 500])
      for (const backend of ['webgpu', 'webgl', 'wasm'] as const)
        expect(problemOf(defaultSettings(backend, {images, side}), images)).toBeUndefined();
});

test('what does not do is said in a sentence', () => {
  expect(problemOf(fine, 16)).toBeUndefined();
  expect(problemOf(fine, 15)).toBe(
    'A batch of 16 needs as many images, and here are 15: take a smaller batch, or give more.',
  );
  expect(problemOf(fine, 1)).toBe(
    'This is 1 image, and a training needs at least 8, to tell them apart: give more at once.',
  );
  expect(problemOf(fine, 0)).toMatch(/^These are 0 images, and/);
  expect(problemOf({...fine, size: NaN}, 16)).toBe('Pixels must be a whole number from 16 to 96.');
  expect(problemOf({...fine, batchSize: 2}, 16)).toBe('Batch must be a whole number from 4 to 512.');
  expect(problemOf({...fine, steps: 1.5}, 16)).toBe('Steps must be a whole number from 1 to 20000.');
  expect(problemOf({...fine, seed: -1}, 16)).toBe('Seed must be a whole number from 0 to 999999.');
});
