import {expect, test} from 'vitest';
import {allFinite} from '../src/index.js';

test.each([
  ['none', [], true],
  ['numbers, the largest and smallest too', [0, -0, 1.5, 3.4e38, -3.4e38, 1e-45], true],
  ['NaN', [1, NaN, 2], false],
  ['infinities that would cancel out', [Infinity, 0, -Infinity], false],
  ['the last one', [1, 2, -Infinity], false],
])('of %s', (_name, values, expected) => {
  expect(allFinite(Float32Array.from(values))).toBe(expected);
});
