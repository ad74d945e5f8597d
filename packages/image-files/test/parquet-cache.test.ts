import {fc} from '@contrastive/testing';
import {expect, test} from 'vitest';
import {boundedCache} from '../src/parquet/bounded-cache.js';

test('shares what is asked for at the same time, and keeps what there is room for', async () => {
  const loads: number[] = [];
  const cache = boundedCache(
    20,
    () => 10,
    async key => {
      loads.push(key);
      return Promise.resolve({key});
    },
  );
  const [first, again] = await Promise.all([cache.get(1), cache.get(1)]);
  expect(again).toBe(first);
  await cache.get(2);
  await cache.get(1); // now 2 was not asked for longest
  await cache.get(3);
  await cache.get(1);
  expect(loads).toEqual([1, 2, 3]);
  await cache.get(2);
  expect(loads).toEqual([1, 2, 3, 2]);
  cache.clear();
  await cache.get(2);
  expect(loads).toEqual([1, 2, 3, 2, 2]);
});

test('what could not be loaded is tried again', async () => {
  let fails = true;
  const cache = boundedCache(
    20,
    () => 10,
    async key => (fails ? Promise.reject(new Error('no')) : Promise.resolve(key)),
  );
  const both = await Promise.allSettled([cache.get(1), cache.get(2)]);
  expect(both.map(({status}) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(await Promise.all([cache.get(1), cache.get(2)])).toEqual([1, 2]);
});

/**
 * What is loaded when keys are asked for one after the other, by a list that begins with what was not asked for
 * longest.
 */
function loadsOf(keys: readonly number[], most: number, sizeOf: (key: number) => number): number[] {
  const loads: number[] = [];
  let kept: number[] = [];
  for (const key of keys) {
    if (!kept.includes(key)) {
      loads.push(key);
      while (kept.length > 0 && [...kept, key].reduce((sum, one) => sum + sizeOf(one), 0) > most) kept.shift();
    }
    kept = [...kept.filter(one => one !== key), key];
  }
  return loads;
}

const sizeOf = (key: number) => 5 * key;

test('holds no more than it may, and forgets what was not asked for longest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9), {maxLength: 40}), fc.nat(60), async (keys, most) => {
      const loads: number[] = [];
      const cache = boundedCache(most, sizeOf, async key => Promise.resolve(loads.push(key)));
      for (const key of keys) await cache.get(key);
      expect(loads).toEqual(loadsOf(keys, most, sizeOf));
    }),
  );
});

test('loads one thing at a time, whatever is asked for at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9), {maxLength: 20}), fc.nat(60), async (keys, most) => {
      let loading = 0;
      const cache = boundedCache(most, sizeOf, async key => {
        expect(++loading).toBe(1);
        await Promise.resolve();
        loading--;
        return key;
      });
      expect(await Promise.all(keys.map(async key => cache.get(key)))).toEqual(keys);
    }),
  );
});
