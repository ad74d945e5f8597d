import {expect, test} from 'vitest';
import {seedFor} from '@contrastive/layers';

test('seeds are positive 31-bit integers that differ by name and by seed', () => {
  const seeds = new Set<number>();
  for (let seed = 0; seed < 20; seed++) {
    for (let layer = 0; layer < 50; layer++) seeds.add(seedFor(seed, `layer1.${layer}.conv1/kernel`));
  }
  expect(seeds.size).toBe(1000);
  for (const seed of seeds) expect(Number.isInteger(seed) && seed > 0 && seed < 2 ** 31).toBe(true);
});

test('the hash, worked out apart from this code, stays what it is, or runs could not be repeated', () => {
  expect([seedFor(0, 'conv1/kernel'), seedFor(1, 'conv1/kernel')]).toEqual([1178152584, 1100071881]);
});

test('a seed that is no integer is refused', () => {
  expect(() => seedFor(0.5, 'a')).toThrow(/integer as seed, got 0.5/);
});
