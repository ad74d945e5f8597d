import {expect, test} from 'vitest';
import {readIdx} from '../src/idx.js';

/** Two images of 2 × 3 as the format's description lays them out. */
const images = Uint8Array.from([
  0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255,
]);
const labels = Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 3, 9, 0, 4]);

test('reads images and labels', () => {
  expect(readIdx(images, 3, 'a.idx')).toEqual({
    shape: [2, 2, 3],
    values: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255]),
  });
  expect(readIdx(labels, 1, 'a.idx')).toEqual({shape: [3], values: Uint8Array.from([9, 0, 4])});
});

test('reads a part of a larger buffer', () => {
  const larger = new Uint8Array(100);
  larger.set(labels, 50);
  expect(Array.from(readIdx(larger.subarray(50, 50 + labels.length), 1, 'a.idx').values)).toEqual([9, 0, 4]);
});

test('reads an empty file of labels', () => {
  expect(readIdx(Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 0]), 1, 'a.idx').shape).toEqual([0]);
});

test('tells what is wrong', () => {
  expect(() => readIdx(labels, 3, 'a.idx')).toThrow(
    /a\.idx: expected at least 16 bytes, got 11; the file is truncated/,
  );
  expect(() => readIdx(images, 1, 'a.idx')).toThrow(
    /a\.idx: expected the magic number 0x00000801 .* got 0x00000803; .* swap images/,
  );
  expect(() => readIdx(images.subarray(0, 20), 3, 'a.idx')).toThrow(
    /a\.idx: expected 28 bytes for the shape \[2, 2, 3\], got 20; .* truncated/,
  );
  expect(() => readIdx(Uint8Array.from([...labels, 0]), 1, 'a.idx')).toThrow(
    /expected 11 bytes .* got 12; the file is too long/,
  );
  expect(() => readIdx(Uint8Array.from([0, 0, 13, 1, 0, 0, 0, 0]), 1, 'a.idx')).toThrow(/got 0x00000d01/);
  expect(() => readIdx(new Uint8Array(0), 1, 'a.idx')).toThrow(/got 0/);
});
