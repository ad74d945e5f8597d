import {fc} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {nearest} from '@contrastive/linear-probe';
import {createSelection} from '../src/neighbours/select-largest.js';

describe('createSelection', () => {
  test('keeps the largest and what is nearly as large, whatever came before, as sorting says', () => {
    const value = fc.oneof(fc.integer({min: 0, max: 9}), fc.double({min: -1, max: 1, noNaN: true}));
    const lists = fc.array(fc.array(value, {minLength: 40, maxLength: 400}), {minLength: 1, maxLength: 3});
    fc.assert(
      fc.property(lists, fc.integer({min: 1, max: 40}), fc.constantFrom(0, 0.1, 3), (rows, count, slack) => {
        const select = createSelection(count, 400);
        for (const row of rows.map(list => Float32Array.from(list))) {
          const {positions, values, length} = select(row, slack);
          const least = row.toSorted()[row.length - count];
          const wanted = Array.from(row.keys()).filter(i => row[i] >= least - slack);
          expect(Array.from(positions.subarray(0, length)).sort((a, b) => a - b)).toEqual(wanted);
          expect(Array.from(values.subarray(0, length))).toEqual(
            Array.from(positions.subarray(0, length), i => row[i]),
          );
        }
      }),
    );
  });

  test('takes thousands of equal values, and as many as there are', () => {
    const select = createSelection(3, 5000);
    expect(select(new Float32Array(5000).fill(0.5), 0)).toMatchObject({length: 5000});
    expect(select(Float32Array.of(1, 2, 3), 0)).toMatchObject({length: 3});
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
