import {expectNoLeaks} from '@contrastive/testing';
import {expect, test} from 'vitest';
import {similarPairs} from '../src/index.js';

/** Rows of which some lie close together. */
function rowsOf(rows: number, columns: number): {data: Float32Array; rows: number; columns: number} {
  const data = Float32Array.from({length: rows * columns}, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return Math.sin(1.3 * (row % 40) * (column + 1)) + 0.05 * Math.sin(7.1 * row + column);
  });
  return {data, rows, columns};
}

/** The same by the definition of the cosine, a pair at a time. */
function bySums({data, rows, columns}: ReturnType<typeof rowsOf>, least: number): [number, number, number][] {
  const found: [number, number, number][] = [];
  for (let a = 0; a < rows; a++) {
    for (let b = a + 1; b < rows; b++) {
      let [product, square, other] = [0, 0, 0];
      for (let i = 0; i < columns; i++) {
        const [x, y] = [data[a * columns + i], data[b * columns + i]];
        product += x * y;
        square += x * x;
        other += y * y;
      }
      const cosine = Math.fround(product / Math.sqrt(square * other));
      if (cosine >= least) found.push([a, b, cosine]);
    }
  }
  return found.sort((x, y) => y[2] - x[2] || x[0] - y[0] || x[1] - y[1]);
}

/** Sums of products in another order. */
const TOLERANCE = 1e-6;

test('finds the pairs that a double loop finds, also across blocks', async () => {
  const features = rowsOf(4200, 8); // three tiles each way
  const {first, second, similarities} = await similarPairs(features, 0.9995);
  const expected = bySums(features, 0.9995);
  const key = (a: number, b: number): string => `${a} ${b}`;
  expect(expected.length).toBeGreaterThan(1000);
  // Rounding decides about pairs that lie on the border.
  const inner = expected.filter(([, , cosine]) => cosine > 0.9995 + TOLERANCE).map(([a, b]) => key(a, b));
  const found = new Set(Array.from(first, (a, i) => key(a, second[i])));
  expect(inner.filter(one => !found.has(one))).toEqual([]);
  expect(Math.abs(found.size - expected.length)).toBeLessThan(5);
  for (let i = 1; i < similarities.length; i++) expect(similarities[i - 1] >= similarities[i]).toBe(true);
  expect(first.every((a, i) => a < second[i])).toBe(true);
});

test('rows that are equal have a cosine of 1, and a row of zeros is like none', async () => {
  const features = {data: Float32Array.of(3, 4, 3, 4, 0, 0, -3, -4), rows: 4, columns: 2};
  const {first, second, similarities} = await similarPairs(features, 0.5);
  expect([...first, ...second, ...similarities]).toEqual([0, 1, 1]);
});

test('one row has no pair', async () => {
  expect((await similarPairs(rowsOf(1, 4), -1)).first).toHaveLength(0);
});

test('more pairs than allowed are an error that says what to do', async () => {
  await expect(similarPairs(rowsOf(50, 4), -1, {most: 100})).rejects.toThrow(
    'expected a similarity that at most 100 pairs reach as least, got -1, which more do among the first 50 of 50 rows',
  );
});

test('says how far it is, and leaves no tensors', async () => {
  const done: [number, number][] = [];
  await expectNoLeaks(async () => {
    await similarPairs(rowsOf(60, 4), 0.99, {onProgress: (count, total) => done.push([count, total])});
  });
  expect(done.at(-1)).toEqual([(60 * 59) / 2, (60 * 59) / 2]);
});
