import {expect, test} from 'vitest';
import {smoothed, ticks} from '../src/page/chart.js';

test('ticks are round numbers within the range', () => {
  expect(ticks(0, 1, 3)).toEqual([0, 0.5, 1]);
  expect(ticks(0, 600, 4)).toEqual([0, 200, 400, 600]);
  expect(ticks(2.31, 4.62, 3)).toEqual([3, 4]);
  expect(ticks(-7, 3, 5)).toEqual([-6, -4, -2, 0, 2]);
  expect(ticks(5, 5, 3)).toEqual([5]);
});

test('the bold line is a running mean: exact of what stays the same, and without a start that pulls it down', () => {
  expect(smoothed([], 12)).toEqual([]);
  expect(smoothed([3, 3, 3], 12)).toBeAllclose([3, 3, 3], {atol: 1e-12, rtol: 0});
  expect(smoothed([4, 2], 2)).toEqual([4, 8 / 3]); // weights ½ and 1
});
