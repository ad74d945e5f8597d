import {fc} from '@contrastive/testing';
import {expect, test} from 'vitest';
import {thin} from '../../src/report/collect/thin.js';

const numbers = (values: readonly number[]) => ({steps: values.map((_, i) => i), values});

test('few numbers stay as they are', () => {
  expect(thin('loss', numbers([3, 1, 2]))).toEqual({
    ...{name: 'loss', steps: [0, 1, 2], mean: [3, 1, 2], low: [3, 1, 2], high: [3, 1, 2], last: 2, dropped: 0},
  });
});

test('of many, no peak is lost and the mean stays', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({min: -1000, max: 1000}), {minLength: 401, maxLength: 3000}), values => {
      const {mean, low, high, steps} = thin('x', numbers(values));
      expect(mean.length).toBe(400);
      expect(Math.min(...low)).toBe(Math.min(...values));
      expect(Math.max(...high)).toBe(Math.max(...values));
      expect(steps).toEqual([...steps].sort((a, b) => a - b));
    }),
    {numRuns: 30},
  );
  const rising = thin('x', numbers(Array.from({length: 4000}, (_, i) => i)));
  expect(rising.mean[0]).toBe(4.5); // of 0 to 9
  expect(rising.last).toBe(3799.5); // of the last 400
});

test('what is no number is counted', () => {
  expect(thin('x', numbers([NaN, 1, Infinity]))).toMatchObject({steps: [1], mean: [1], dropped: 2});
  expect(thin('x', numbers([NaN]))).toMatchObject({mean: [], last: 0, dropped: 1});
});
