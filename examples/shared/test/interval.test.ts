import {expect, test} from 'vitest';
import {meanOfSeeds, pairedDifferences} from '../src/index.js';

/** How often Student's t of so many degrees of freedom lies within ±q, by summing its density. */
function within(q: number, degrees: number): number {
  const density = (t: number) => (1 + (t * t) / degrees) ** (-(degrees + 1) / 2);
  // t = tan u makes the whole line finite; midpoints, so that the end is never looked at.
  const integral = (to: number): number => {
    const parts = 20_000;
    let sum = 0;
    for (let i = 0; i < parts; i++) {
      const u = ((i + 0.5) / parts) * to;
      sum += density(Math.tan(u)) / Math.cos(u) ** 2;
    }
    return (sum * to) / parts;
  };
  return integral(Math.atan(q)) / integral(Math.PI / 2);
}

test.each([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 50])('the interval of %i seeds holds in 95 %% of cases', count => {
  const values = Array.from({length: count}, (_, i) => i);
  const {mean, low, high} = meanOfSeeds(values);
  const deviation = Math.sqrt((count * (count + 1)) / 12); // of 0 … count − 1, of a sample
  expect(mean).toBeCloseTo((count - 1) / 2, 12);
  expect(high - mean).toBeCloseTo(mean - low, 12);
  expect(within(((high - mean) * Math.sqrt(count)) / deviation, count - 1)).toBeCloseTo(0.95, 5);
});

test('differences are of the seeds that both have, in the order of the first', () => {
  const one = new Map([
    [3, 0.75],
    [1, 0.5],
    [2, 0.25],
  ]);
  const other = new Map([
    [1, 0.25],
    [3, 1],
    [4, 0],
  ]);
  expect(pairedDifferences(one, other)).toEqual([-0.25, 0.25]);
  expect(pairedDifferences(one, new Map())).toEqual([]);
});

test('says what is no list of seeds', () => {
  expect(() => meanOfSeeds([1])).toThrow(
    /meanOfSeeds: expected two figures or more as values, got 1; give one of each seed/,
  );
});
