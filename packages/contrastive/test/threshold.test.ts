import {expect, test} from 'vitest';
import {chooseThreshold, isDuplicate, leastLikeness, type Near} from '../src/commands/duplicates/threshold.js';

const near = (similarity: number, likeness: number): Near => ({similarity, likeness});

/** Edited copies, 100 of them, which lie from 0.95 to 0.999 and agree from 0.9 to 0.999. */
const edits = Array.from({length: 100}, (_, i) => near(0.95 + (0.049 * i) / 99, 0.9 + (0.099 * i) / 99));

test('pixels must agree as those of all copies but two of a hundred do', () => {
  expect(leastLikeness(edits)).toBe(edits[2].likeness);
  expect(leastLikeness([near(1, 0.3)])).toBe(0.8); // below that nothing agrees
});

test('without different images nearby it is as low as the copies need', () => {
  const {similarity, falseAlarms} = chooseThreshold(edits, [near(0.9, 0.1)], 100, 0.01);
  expect(similarity).toBe(edits[2].similarity);
  expect(falseAlarms).toBe(0);
});

test('different images come no nearer than the rate allows, and duplicates do not count', () => {
  const different = [0.999, 0.998, 0.997, 0.996].map(similarity => near(similarity, 0.2));
  const same = Array.from({length: 50}, () => near(0.9995, 0.99));
  const at = (rate: number) => chooseThreshold(edits, [...different, ...same], 100, rate);
  expect(at(0.001).falseAlarms).toBe(0);
  expect(at(0.001).similarity).toBeGreaterThan(0.999);
  expect(at(0.02).falseAlarms).toBe(2);
  expect(at(0.02).similarity).toBeCloseTo(0.997, 5);
  expect(at(1)).toMatchObject({similarity: edits[2].similarity, falseAlarms: 4});
  expect([0.001, 1].map(rate => at(rate).rateOfAll)).toEqual([0.04, 0.04]); // what would let all copies through
  expect(at(0.04)).toMatchObject({similarity: edits[2].similarity});
  const many = Array.from({length: 29}, () => near(0.99, 0.2));
  expect(chooseThreshold(edits, many, 200, 0.145).falseAlarms).toBe(29); // 0.145 × 200 is below 29 in binary
});

test('a pair must come near and agree', () => {
  const threshold = {similarity: 0.97, likeness: 0.9};
  expect([near(0.97, 0.9), near(0.96, 1), near(1, 0.89)].map(one => isDuplicate(one, threshold))).toEqual([
    true,
    false,
    false,
  ]);
});
