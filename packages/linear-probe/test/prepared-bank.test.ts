import {expectNoLeaks} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {nearest, prepareBank, similarPairs, type Features} from '@contrastive/linear-probe';

/** Rows of which some are equal, some of zeros, some huge and some tiny. */
function rowsOf(rows: number, columns: number, seed = 0): Features {
  const data = Float32Array.from({length: rows * columns}, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const scale = [1, 1e-30, 1e30, 0.3, 0][(row + seed) % 5];
    return scale * Math.sin(1 + seed + (row % 700) * (column + 1));
  });
  return {data, rows, columns};
}

// One query is compared without the device, many are by tiles; the bank is two of them.
test.each([1, 8, 9, 20])('a prepared bank gives %i queries what the features do, to the last bit', async count => {
  const bank = rowsOf(2101, 9);
  const queries = rowsOf(count, 9, 1);
  const prepared = prepareBank(bank);
  expect(prepared.features).toBe(bank);
  for (const k of [1, 15, 5000]) {
    const once = await nearest(bank, queries, k);
    expect(once.count).toBe(Math.min(k, 2101));
    expect(await nearest(prepared, queries, k)).toEqual(once);
    expect(await nearest(prepared, prepareBank(queries), k)).toEqual(once);
  }
});

test('more queries than are compared at once get what each gets alone', async () => {
  const [bank, queries] = [prepareBank(rowsOf(100, 5)), rowsOf(2100, 5, 2)];
  const {rows, similarities} = await nearest(bank, queries, 7);
  for (const query of [0, 3, 2047, 2048, 2099]) {
    const one = {data: queries.data.subarray(5 * query, 5 * query + 5), rows: 1, columns: 5};
    const alone = await nearest(bank, one, 7);
    expect(rows.subarray(7 * query, 7 * query + 7)).toEqual(alone.rows);
    expect(similarities.subarray(7 * query, 7 * query + 7)).toEqual(alone.similarities);
  }
});

test('rows that are all nearly equal are ranked by what is left between them', async () => {
  const [rows, columns] = [3000, 16];
  const data = Float32Array.from({length: rows * columns}, (_, i) => 1 + 1e-3 * Math.sin(i * i));
  const bank = prepareBank({data, rows, columns});
  const queries = {data: data.slice(0, 12 * columns), rows: 12, columns};
  const many = await nearest(bank, queries, 20);
  for (let query = 0; query < 12; query++) {
    const one = {data: data.slice(query * columns, (query + 1) * columns), rows: 1, columns};
    const alone = await nearest(bank, one, 20);
    expect(many.rows.slice(20 * query, 20 * (query + 1))).toEqual(alone.rows);
    const cosines = Array.from({length: rows}, (_, row) => {
      let [product, a, b] = [0, 0, 0];
      for (let i = 0; i < columns; i++) {
        const [x, y] = [one.data[i], data[row * columns + i]];
        [product, a, b] = [product + x * y, a + x * x, b + y * y];
      }
      return Math.fround(product / Math.sqrt(a * b));
    });
    const least = cosines.toSorted((a, b) => b - a)[19];
    // Sums in another order may differ in the last bit.
    for (const row of alone.rows) expect(cosines[row]).toBeGreaterThanOrEqual(least - 2 ** -23);
  }
});

test('similarPairs takes it too', async () => {
  const features = rowsOf(300, 6);
  expect(await similarPairs(prepareBank(features), 0.99)).toEqual(await similarPairs(features, 0.99));
});

test('says how far it is; leaves no tensor, whoever breaks off', async () => {
  const [bank, queries] = [prepareBank(rowsOf(5000, 3)), rowsOf(20, 3, 1)];
  const done: number[] = [];
  await expectNoLeaks(() => nearest(bank, queries, 3, {onProgress: count => done.push(count)}));
  expect(done.slice(0, 3)).toEqual([8, 16, 20]);
  const before = tf.memory().numTensors;
  const onProgress = (): never => {
    throw new Error('enough');
  };
  await expect(nearest(bank, queries, 3, {onProgress})).rejects.toThrow('enough');
  await expect(nearest(bank, {...queries, data: queries.data.slice(0, 3), rows: 1}, 3, {onProgress})).rejects.toThrow(
    'enough',
  );
  expect(tf.memory().numTensors).toBe(before);
});

test('says what is wrong', async () => {
  const features = rowsOf(6, 4);
  const bank = prepareBank(features);
  expect(() => prepareBank({...features, rows: 5})).toThrow(
    'prepareBank: expected 20 numbers for [5, 4] as features.data, got 24.',
  );
  for (const wrong of [NaN, Infinity, -Infinity]) {
    const data = features.data.slice().fill(wrong, 18, 19);
    expect(() => prepareBank({...features, data})).toThrow(
      `prepareBank: expected finite numbers as features.data, got ${wrong} in row 4, column 2; look at image 4 and at`,
    );
  }
  await expect(nearest(bank, rowsOf(2, 3), 1)).rejects.toThrow(
    'nearest: expected 4 columns, as in training, as queries, got 3; take both from the same encoder.',
  );
  await expect(nearest({...bank, norms: new Float64Array(5)}, features, 1)).rejects.toThrow(
    'nearest: expected one length a row as bank.norms, got 5 for 6 rows; take the record as prepareBank gives it.',
  );
  await expect(nearest({...bank, norms: [1]} as never, features, 1)).rejects.toThrow(
    'nearest: expected a Float64Array as bank.norms, got [1]; take the record as prepareBank gives it.',
  );
  await expect(similarPairs({norms: bank.norms} as never, 0.9)).rejects.toThrow(
    'similarPairs: expected an object as features.features, got undefined.',
  );
});
