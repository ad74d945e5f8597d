import {fromArrays} from '@contrastive/data';
import {expect, test} from 'vitest';
import {fewOf} from '../src/few.js';

const labels = Int32Array.from({length: 90}, (_, i) => i % 3);
const source = fromArrays({images: new Uint8Array(90 * 4), height: 2, width: 2, labels});

test('takes as many of each class, and all where there are fewer', () => {
  const few = fewOf(30, 1)(source);
  expect([0, 1, 2].map(label => few.labels?.filter(one => one === label).length)).toEqual([10, 10, 10]);
  expect(fewOf(90, 1)(source)).toBe(source);
  expect(fewOf(Infinity, 1)(source)).toBe(source);
});
