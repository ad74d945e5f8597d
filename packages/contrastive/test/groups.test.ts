import fc from 'fast-check';
import {expect, test} from 'vitest';
import {groupPairs, type Pair} from '../src/commands/duplicates/groups.js';

const pair = (first: number, second: number, similarity = 0.99): Pair => ({first, second, similarity, likeness: 1});

test('an image that is like one member and unlike another does not get in', () => {
  expect(groupPairs([pair(0, 1, 0.999), pair(1, 2, 0.99)])).toEqual([[0, 1]]);
  expect(groupPairs([pair(0, 1, 0.999), pair(1, 2, 0.99), pair(0, 2, 0.98)])).toEqual([[0, 1, 2]]);
});

test('two groups join where all of them are alike', () => {
  const all = [0, 1, 2, 3].flatMap(a => [0, 1, 2, 3].filter(b => b > a).map(b => pair(a, b)));
  expect(groupPairs(all)).toEqual([[0, 1, 2, 3]]);
});

test('nothing gives no group', () => {
  expect(groupPairs([])).toEqual([]);
});

test('whatever the pairs, every two members are one, no image is in two groups, and no two groups could be one', () => {
  const graphs = fc.uniqueArray(
    fc.tuple(fc.integer({min: 0, max: 9}), fc.integer({min: 0, max: 9})).filter(([a, b]) => a < b),
    {selector: ([a, b]) => `${a} ${b}`, maxLength: 30},
  );
  fc.assert(
    fc.property(graphs, edges => {
      const known = new Set(edges.map(([a, b]) => `${a} ${b}`));
      const alike = (a: number, b: number): boolean => known.has(`${Math.min(a, b)} ${Math.max(a, b)}`);
      const groups = groupPairs(edges.map(([a, b], i) => pair(a, b, 1 - i / 100)));
      const members = groups.flat();
      expect(new Set(members).size).toBe(members.length);
      for (const group of groups)
        for (const a of group) for (const b of group) expect(a === b || alike(a, b)).toBe(true);
      for (const one of groups)
        for (const other of groups) expect(one === other || !one.every(a => other.every(b => alike(a, b)))).toBe(true);
      const single = [...new Set(edges.flat())].filter(image => !members.includes(image));
      for (const a of single) for (const b of single) expect(a !== b && alike(a, b)).toBe(false);
    }),
  );
});
