import {describe, expect, test} from 'vitest';
import {createRandom} from '../src/index.js';
import {values} from './golden.js';
import {CHI_SQUARED_LIMIT, chiSquared, kolmogorovSmirnov, KS_LIMIT} from './statistics.js';

const DRAWS = 20_000;

/** Normal distribution function by Zelen & Severo (1964), 26.2.17; error below 1e-7. */
function normalDistribution(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}

const draw = <T>(count: number, next: (i: number) => T): T[] => Array.from({length: count}, (_, i) => next(i));

test('streams are those of an independent implementation', () => {
  for (const {key, uniform} of values.streams) {
    const random = createRandom(...key);
    expect(uniform.map(() => random.uniform())).toEqual(uniform);
  }
});

test('uniform numbers are uniform, within their bounds', () => {
  const random = createRandom(1);
  const draws = draw(DRAWS, () => random.uniform(-2, 3));
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(-2);
  expect(Math.max(...draws)).toBeLessThan(3);
  expect(kolmogorovSmirnov(draws, x => (x + 2) / 5)).toBeLessThan(KS_LIMIT);
});

test('normal numbers are normal', () => {
  const random = createRandom(2);
  expect(
    kolmogorovSmirnov(
      draw(DRAWS, () => random.normal()),
      normalDistribution,
    ),
  ).toBeLessThan(KS_LIMIT);
});

test('integers and permutations are uniform', () => {
  const random = createRandom(3);
  const dice = new Array<number>(6).fill(0);
  draw(DRAWS, () => dice[random.integer(6)]++);
  expect(chiSquared(dice)).toBeLessThan(CHI_SQUARED_LIMIT[5]);
  const orders = new Map<string, number>();
  draw(DRAWS, () => {
    const order = random.permutation(4).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  });
  expect(orders.size).toBe(24);
  expect(chiSquared([...orders.values()])).toBeLessThan(CHI_SQUARED_LIMIT[23]);
  expect(Array.from(random.permutation(100)).sort((a, b) => a - b)).toEqual(draw(100, i => i));
});

describe('streams of neighbouring keys', () => {
  const neighbours: [string, (i: number) => number][] = [
    ['by the first number of the seed', i => createRandom(i).uniform()],
    ['by the last number of the key', i => createRandom(1, 0, 5, i).uniform()],
    ['by a middle number of the key', i => createRandom(1, i, 7, 0).uniform()],
  ];
  test.each(neighbours)('are independent %s', (_name, first) => {
    const draws = draw(DRAWS, first);
    expect(kolmogorovSmirnov(draws, x => x)).toBeLessThan(KS_LIMIT);
    // Correlation of neighbours, in standard deviations.
    const products = draws.slice(1).map((x, i) => (x - 0.5) * (draws[i] - 0.5) * 12);
    expect(Math.abs(products.reduce((a, b) => a + b) / Math.sqrt(products.length))).toBeLessThan(3.3);
  });

  test('differ by order and length of the key', () => {
    const keys: [number, ...number[]][] = [[1], [1, 0], [1, 0, 0], [0, 1], [2, 1], [1, 2], [2 ** 32 + 1], [-1]];
    expect(new Set(keys.map(key => createRandom(...key).uniform())).size).toBe(keys.length);
  });
});

test('the same key gives the same stream', () => {
  const numbers = () => {
    const random = createRandom(5, 1, 2);
    return [random.uniform(), random.normal(), random.integer(10), random.normal(), ...random.permutation(5)];
  };
  expect(numbers()).toEqual(numbers());
});

test('edges and bad arguments', () => {
  const random = createRandom(1);
  expect(random.integer(1)).toBe(0);
  expect(random.permutation(0)).toHaveLength(0);
  expect(() => createRandom(1, 0.5)).toThrow(/expected integers as the key, got 0.5/);
  expect(() => createRandom(NaN)).toThrow(RangeError);
  expect(() => random.integer(0)).toThrow(/integer from 1 to 2\^32 as n, got 0/);
  expect(() => random.permutation(-1)).toThrow(RangeError);
});
