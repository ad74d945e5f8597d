import {describe, expect, test} from 'vitest';
import {labelSubset} from '@contrastive/linear-probe';
import {holdOutFifth} from '../src/label-subset.js';

const labels = Int32Array.from({length: 1000}, (_, i) => (i * 7) % 10);
const counts = (subset: Int32Array, of = labels) => {
  const result: Record<number, number> = {};
  for (const i of subset) result[of[i]] = (result[of[i]] ?? 0) + 1;
  return result;
};

describe('labelSubset', () => {
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
  });

  test('takes all of a class that runs out', () => {
    const uneven = Int32Array.of(0, 0, 0, 0, 0, 0, 5, 5, 9);
    expect(counts(labelSubset(uneven, 7, 1), uneven)).toEqual({0: 4, 5: 2, 9: 1});
  });

  test('says what is wrong', () => {
    expect(() => labelSubset(labels, 9, 1)).toThrow(/from 10 \(the classes\) to 1000 \(the labels\), got 9/);
    expect(() => labelSubset(labels, 1001, 1)).toThrow(RangeError);
    expect(() => labelSubset(labels, 10.5, 1)).toThrow(RangeError);
  });
});

describe('holdOutFifth', () => {
  test('holds out a fifth of every class and splits without overlap', () => {
    const {fit, heldOut} = holdOutFifth(labels, 1);
    expect(Object.values(counts(heldOut))).toEqual(Array.from({length: 10}, () => 20));
    expect(Array.from([...fit, ...heldOut]).toSorted((a, b) => a - b)).toEqual(Array.from(labels.keys()));
    expect(holdOutFifth(labels, 1).heldOut).toEqual(heldOut);
    expect(holdOutFifth(labels, 2).heldOut).not.toEqual(heldOut);
  });

  test('leaves one row of each class to fit to', () => {
    const {fit, heldOut} = holdOutFifth(Int32Array.of(1, 1, 2), 1);
    expect([fit.length, heldOut.length]).toEqual([2, 1]);
    expect(fit).toContain(2);
    expect(() => holdOutFifth(Int32Array.of(1, 2, 3), 1)).toThrow(/no class has two labels/);
  });
});
