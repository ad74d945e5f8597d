import {createRandom} from '@contrastive/augment';
import {expect, test} from 'vitest';
import {medianSimilarity, tellAlike} from '../src/commands/search/alike.js';

/** Features of images that share a direction, and differ by noise. */
function features(rows: number, shared: number, columns = 16) {
  const random = createRandom(3);
  const data = Float32Array.from({length: rows * columns}, () => shared + random.uniform(-1, 1));
  return {data, rows, columns};
}

test('where all images point one way, it is said that their order alone counts', () => {
  const median = medianSimilarity(features(300, 4));
  expect(median).toBeGreaterThan(0.95);
  expect(tellAlike(median)).toBe(
    `Nearly all images look alike to this encoder (median similarity of two of them ${median?.toFixed(2) ?? ''}): ` +
      'only the order counts, and longer training tells them apart better.',
  );
});

test('images that are told apart, and a few copies among them, need no remark', () => {
  const apart = features(300, 0);
  apart.data.copyWithin(16 * 10, 0, 16 * 10); // ten images twice
  const median = medianSimilarity(apart);
  expect(median).toBeCloseTo(0, 1);
  expect(tellAlike(median)).toBeUndefined();
});

test('few images may well be of one thing', () => {
  expect(medianSimilarity(features(7, 4))).toBeUndefined();
  expect(tellAlike(undefined)).toBeUndefined();
});

test('features of length 0 are no numbers apart', () => {
  expect(medianSimilarity({data: new Float32Array(8 * 4), rows: 8, columns: 4})).toBe(0);
});
