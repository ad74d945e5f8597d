import {tensor1d} from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';

test('accepts numbers within the tolerance', () => {
  expect([1, 2]).toBeAllclose([1 + 5e-6, 2]);
  expect(Float32Array.of(1, NaN)).toBeAllclose([1, NaN]);
  const x = tensor1d([1, 2]);
  expect(x).toBeAllclose([1, 2]);
  x.dispose();
});

test('names the worst number', () => {
  expect(() => expect([1, 2, 3]).toBeAllclose([1, 2.5, 3.1])).toThrow(/number 1 of 3: received 2, expected 2.5/);
  expect(() => expect([1]).toBeAllclose([1, 2])).toThrow(/expected 2 numbers, received 1/);
  expect(() => expect([NaN]).toBeAllclose([1])).toThrow(/received NaN/);
});
