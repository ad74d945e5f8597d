import {fc} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {nearest} from '@contrastive/linear-probe';
import {createSelections, type Selecting} from '../src/neighbours/select-largest.js';

/** How similarities that are all known are asked for. */
const known =
  (of: (query: number) => Float32Array): Selecting['exact'] =>
  (query, rows, similarities) => {
    rows.forEach((row, i) => (similarities[i] = of(query)[row]));
  };

/** What is selected for one query of which similarities come as they are, or `as` something else, in stretches. */
function selected(exact: Float32Array, count: number, slack = 0, as = exact, stretch = as.length): number[] {
  const selections = createSelections({queries: 2, count, slack, exact: known(() => exact)});
  for (let start = 0; start < as.length; start += stretch)
    selections.add(1, start, as.subarray(start, start + stretch));
  const [rows, similarities] = [new Int32Array(count), new Float32Array(count)];
  selections.finish(1, rows, similarities);
  expect(Array.from(similarities)).toEqual(Array.from(rows, row => exact[row]));
  return Array.from(rows);
}

/** The same by sorting. */
const sorted = (exact: Float32Array, count: number): number[] =>
  Array.from(exact.keys())
    .sort((a, b) => exact[b] - exact[a] || a - b)
    .slice(0, count);

describe('createSelections', () => {
  test('selects the nearest by their exact similarities, in whatever stretches others come, as sorting says', () => {
    const value = fc.oneof(fc.integer({min: 0, max: 9}), fc.double({min: -1, max: 1, noNaN: true}));
    const values = fc.array(value, {minLength: 40, maxLength: 800});
    const settings = [
      fc.integer({min: 1, max: 40}),
      fc.constantFrom(0, 0.1, 3),
      fc.integer({min: 1, max: 900}),
    ] as const;
    fc.assert(
      fc.property(values, ...settings, (list, count, slack, stretch) => {
        const exact = Float32Array.from(list);
        const as = exact.map((one, row) => one + 0.49 * slack * Math.sin(7 * row));
        expect(selected(exact, count, slack, as, stretch)).toEqual(sorted(exact, count));
      }),
    );
  });

  test('takes thousands of equal values, and of nearly equal ones those that are nearer', () => {
    expect(selected(new Float32Array(5000).fill(0.5), 3)).toEqual([0, 1, 2]);
    const rising = Float32Array.from({length: 5000}, (_, row) => 0.5 + row * 2 ** -20);
    expect(selected(rising, 3, 1, new Float32Array(5000).fill(0.5), 100)).toEqual([4999, 4998, 4997]);
    expect(selected(Float32Array.of(1, 3, 2), 3)).toEqual([1, 2, 0]);
  });

  test('keeps queries apart', () => {
    const exact = [Float32Array.of(1, 2, 3), Float32Array.of(3, 2, 1)];
    const selections = createSelections({queries: 2, count: 1, slack: 0, exact: known(query => exact[query])});
    for (const start of [0, 1, 2])
      for (const query of [0, 1]) selections.add(query, start, exact[query].subarray(start, start + 1));
    const rows = new Int32Array(2);
    for (const query of [0, 1]) selections.finish(query, rows.subarray(query, query + 1), new Float32Array(1));
    expect(Array.from(rows)).toEqual([2, 0]);
  });
});

test('nearest ranks as a loop over all pairs in double precision, copies among the rows too', async () => {
  const [rows, columns, count] = [3000, 7, 25];
  const data = Float32Array.from({length: rows * columns}, (_, i) => Math.sin(i * i + 1) + 1);
  for (let row = 100; row < rows; row += 10) data.copyWithin(row * columns, 30 * columns, 31 * columns);
  const asked = Float32Array.from({length: 9 * columns}, (_, i) => Math.cos(3 * i) + 1);
  asked.set(data.subarray(30 * columns, 31 * columns)); // the first is one of the copies
  const found = await nearest({data, rows, columns}, {data: asked, rows: 9, columns}, count);
  for (let query = 0; query < 9; query++) {
    const cosines = Array.from({length: rows}, (_, row) => {
      let [product, one, other] = [0, 0, 0];
      for (let j = 0; j < columns; j++) {
        const [a, b] = [asked[query * columns + j], data[row * columns + j]];
        product += a * b;
        one += a * a;
        other += b * b;
      }
      return Math.fround(product / (Math.sqrt(one) * Math.sqrt(other)));
    });
    const order = Array.from(cosines.keys()).sort((a, b) => cosines[b] - cosines[a] || a - b);
    const at = query * count;
    expect(Array.from(found.rows.subarray(at, at + count)), `query ${query}`).toEqual(order.slice(0, count));
  }
});
