import {nearest, selectRows, type Features} from '@contrastive/linear-probe';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {agreementOf, spread} from '../../src/search-page/agreement.js';
import {createNearest, quantise} from '../../src/search-page/quantised.js';

/** Rows whose numbers look drawn, without a pattern that rounding would meet. */
const features = (rows: number, columns: number): Features => ({
  data: Float32Array.from({length: rows * columns}, (_, i) => Math.sin(12.9898 * i) * Math.cos(78.233 * i * i)),
  rows,
  columns,
});

/** Half a step of the rounding, in parts of the largest number of a row. */
const HALF_STEP = 0.5 / 127;

test('rounding keeps each number to half a step of its row, whatever the size of the row', () => {
  const {data} = features(20, 16);
  for (let i = 0; i < 16; i++) data[i] *= 1e-20;
  data.fill(0, 16, 32);
  const rounded = quantise({data, rows: 20, columns: 16});
  for (let row = 0; row < 20; row++) {
    const own = data.subarray(row * 16, (row + 1) * 16);
    const largest = Math.max(...own.map(Math.abs));
    own.forEach((value, i) => {
      const back = (rounded.data[row * 16 + i] * largest) / 127;
      expect(Math.abs(back - value)).toBeLessThanOrEqual(1.001 * HALF_STEP * largest);
    });
  }
  expect(rounded.data.subarray(16, 32).every(value => value === 0)).toBe(true);
});

test('the nearest are those of sorting all, equal ones in their order, without the one that is left out', () => {
  const rows = fc.array(fc.array(fc.integer({min: -127, max: 127}), {minLength: 3, maxLength: 3}), {minLength: 2});
  fc.assert(
    fc.property(rows, fc.integer({min: 1, max: 6}), (bank, k) => {
      const find = createNearest({data: Int8Array.from(bank.flat()), rows: bank.length, columns: 3});
      const norm = (row: readonly number[]): number => Math.sqrt(row.reduce((sum, one) => sum + one * one, 0)) || 1;
      const cosine = (row: readonly number[]): number =>
        row.reduce((sum, one, i) => sum + one * bank[0][i], 0) / (norm(bank[0]) * norm(row));
      const all = bank.map((row, i) => ({row: i, similarity: cosine(row)})).slice(1);
      const expected = all.sort((a, b) => b.similarity - a.similarity || a.row - b.row).slice(0, k);
      expect(find(bank[0], k, 0)).toEqual(expected);
    }),
  );
});

test('of ten neighbours nine and more stay', async () => {
  const bank = features(400, 64);
  const {share, neighbours, images} = await agreementOf(bank, quantise(bank));
  expect([neighbours, images]).toEqual([10, 200]);
  expect(share).toBeGreaterThan(0.9);
  expect(share).toBeLessThanOrEqual(1);
});

test('agreement falls where rounding destroys, and is told of few images too', async () => {
  const bank = features(60, 64);
  const destroyed = quantise(bank);
  destroyed.data.forEach((value, i) => {
    destroyed.data[i] = Math.sign(value) * (i % 7);
  });
  expect((await agreementOf(bank, destroyed)).share).toBeLessThan(0.9);
  const one = features(1, 4);
  expect(await agreementOf(one, quantise(one))).toEqual({share: 1, neighbours: 0, images: 1});
  const three = features(3, 4);
  expect((await agreementOf(three, quantise(three))).share).toBe(1); // all of them
});

test('what is found by rounded features is what nearest finds, where images differ enough', async () => {
  const bank = features(50, 64);
  const {rows} = await nearest(bank, selectRows(bank, [7]), 1);
  const [first] = createNearest(quantise(bank))(bank.data.subarray(7 * 64, 8 * 64), 1);
  expect(first.row).toBe(rows[0]);
  expect(first.similarity).toBeGreaterThan(0.9999);
});

test('rows are spread evenly', () => {
  expect(spread(10, 4)).toEqual([0, 2, 5, 7]);
  expect(spread(3, 24)).toEqual([0, 1, 2]);
});
