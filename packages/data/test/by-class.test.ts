import {expect, test} from 'vitest';
import {labelSubset, shuffledByClass} from '../src/index.js';

const labels = Int32Array.from({length: 1000}, (_, i) => (i * 7) % 10);
const counts = (subset: Int32Array, of = labels) => {
  const result: Record<number, number> = {};
  for (const i of subset) result[of[i]] = (result[of[i]] ?? 0) + 1;
  return result;
};

test('takes the same number of each class, no image twice', () => {
  const subset = labelSubset(labels, 100, 1);
  expect(new Set(subset).size).toBe(100);
  expect(Object.values(counts(subset))).toEqual(Array.from({length: 10}, () => 10));
  expect(Object.values(counts(labelSubset(labels, 25, 1))).toSorted()).toEqual([2, 2, 2, 2, 2, 3, 3, 3, 3, 3]);
});

test('smaller subsets begin the larger ones of the same seed', () => {
  const large = labelSubset(labels, 1000, 3);
  for (const count of [10, 99, 100, 500]) expect(labelSubset(labels, count, 3)).toEqual(large.subarray(0, count));
  expect(Array.from(large).toSorted((a, b) => a - b)).toEqual(Array.from(labels.keys()));
});

test('seeds draw unlike subsets, the same seed the same', () => {
  expect(labelSubset(labels, 50, 1)).toEqual(labelSubset(labels, 50, 1));
  const shared = labelSubset(labels, 50, 1).filter(i => labelSubset(labels, 50, 2).includes(i));
  expect(shared.length).toBeLessThan(20);
  const pinned = [407, 781, 240, 84, 658, 436, 345, 842, 393, 849, 217, 441]; // a later version must not choose others
  expect(Array.from(labelSubset(labels, 12, 1))).toEqual(pinned);
});

test('takes all of a class that runs out', () => {
  const uneven = Int32Array.of(0, 0, 0, 0, 0, 0, 5, 5, 9);
  expect(counts(labelSubset(uneven, 7, 1), uneven)).toEqual({0: 4, 5: 2, 9: 1});
});

test('the classes that occur, with their positions in random order', () => {
  const {classes, members} = shuffledByClass(Int32Array.of(9, 5, 9, 9, 5), 1, 2);
  expect(classes).toEqual(Int32Array.of(5, 9));
  expect(members.map(list => list.toSorted())).toEqual([Int32Array.of(1, 4), Int32Array.of(0, 2, 3)]);
  const orders = [1, 2, 3, 4].map(stream => String(shuffledByClass(labels, 1, stream).members[0]));
  expect(new Set(orders).size).toBe(4);
});

test('says what is wrong', () => {
  expect(() => labelSubset(labels, 9, 1)).toThrow(
    'labelSubset: expected an integer from 10 (the classes) to 1000 (the labels) as count, got 9.',
  );
  expect(() => labelSubset(labels, 1001, 1)).toThrow(RangeError);
  expect(() => labelSubset(labels, 10.5, 1)).toThrow(RangeError);
  expect(() => labelSubset(undefined as never, 10, 1)).toThrow(/a list of integers as labels, got undefined/);
  expect(() => labelSubset(labels, 10, 0.5)).toThrow(/an integer as seed, got 0\.5/);
});
