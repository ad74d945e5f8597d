import {withSeededRandom} from '@contrastive/internal';
import {afterEach, expect, test} from 'vitest';

const original = Math.random;
afterEach(() => {
  Math.random = original;
});

const draw = (seed: number, count: number): number[] =>
  withSeededRandom(seed, () => Array.from({length: count}, () => Math.random()));

test('the same seed draws the same, another one draws otherwise', () => {
  expect(draw(7, 20)).toEqual(draw(7, 20));
  expect(draw(8, 20)).not.toEqual(draw(7, 20));
  expect(draw(7 + 2 ** 32, 5)).toEqual(draw(7, 5));
});

test('draws are even over [0, 1): mean 1/2, variance 1/12, as many in each tenth', () => {
  const count = 100_000;
  const draws = draw(1, count);
  const mean = draws.reduce((sum, value) => sum + value, 0) / count;
  const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  // Five standard errors.
  expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
  expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / count));
  const tenths = Array.from({length: 10}, () => 0);
  for (const value of draws) tenths[Math.floor(value * 10)]++;
  for (const tenth of tenths) expect(Math.abs(tenth - count / 10)).toBeLessThan(5 * Math.sqrt(count * 0.09));
});

test('the generator before is back afterwards, also after an error and from within another', () => {
  const one = draw(3, 4);
  const nested = withSeededRandom(3, () => {
    const first = Math.random();
    draw(4, 10);
    expect(() =>
      withSeededRandom(5, () => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    return [first, Math.random(), Math.random(), Math.random()];
  });
  expect(nested).toEqual(one);
  expect(Math.random).toBe(original);
});
