import * as tf from '@tensorflow/tfjs-core';
import {callable, checkOptions, checkValue, integer, type Rules} from '@contrastive/internal';
import {blocks} from '../blocks.js';
import {createCosine, lengths, unitRows} from './cosine.js';
import {checkColumns, checkFeatures, type Features} from '../features.js';
import {createSelection} from './select-largest.js';

/** Settings of `nearest`. */
export interface NearestOptions {
  /** Called after each block with the number of queries done and their total. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What `nearest` found. */
export interface Neighbours {
  /** Neighbours of each query: `k`, or all rows of the bank where there are fewer. */
  readonly count: number;
  /** Rows of the bank, for each query the most similar first, `[queries, count]`. */
  readonly rows: Int32Array;
  /** Their cosine similarity to the query, in [−1, 1], `[queries, count]`. */
  readonly similarities: Float32Array;
}

export const nearestRules: Rules<NearestOptions> = {onProgress: callable};

/** Similarities that are held at once, about: 32 MB. */
const blockSize = 8e6;

/** So many queries are answered before a bank of rows of length 1 is on the device. */
const few = 8;

/**
 * How far two similarities on the device may lie apart whose rows are equally similar: twice the error of such a sum in
 * float32, or more where the device multiplies in less (TF32), as the first query shows.
 */
async function errorOf(
  units: tf.Tensor2D,
  keys: tf.Tensor2D,
  cosine: (query: number, row: number) => number,
): Promise<number> {
  const [columns, rows] = keys.shape;
  const some = tf.tidy(() => tf.matMul(tf.slice(units, 0, [1, -1]), tf.slice(keys, 0, [-1, Math.min(rows, 256)])));
  const found = await some.data();
  some.dispose();
  const worst = Math.max(...Array.from(found, (value, row) => Math.abs(value - cosine(0, row))));
  return Math.max(2 * (columns + 4) * 2 ** -24, 8 * worst);
}

/**
 * Sorts the first `length` rows by their similarity, in place: the highest first, of equal ones the earlier row
 * (Shell's method with Knuth's gaps; sorting by a function takes ten times as long).
 */
function sort(rows: Int32Array, similarities: Float32Array, length: number): void {
  let gap = 1;
  while (gap < length / 9) gap = 3 * gap + 1;
  for (; gap >= 1; gap = (gap - 1) / 3) {
    for (let i = gap; i < length; i++) {
      const row = rows[i];
      const similarity = similarities[i];
      let at = i;
      for (; at >= gap; at -= gap) {
        const before = similarities[at - gap];
        if (before > similarity || (before === similarity && rows[at - gap] < row)) break;
        similarities[at] = before;
        rows[at] = rows[at - gap];
      }
      similarities[at] = similarity;
      rows[at] = row;
    }
  }
}

/**
 * Finds the `count` rows of `bank` nearest to each query; nothing is checked here.
 *
 * Similarities on the device differ in their last digits by where a row stands, so they only say which rows come near;
 * these are ranked by their exact cosines.
 */
export async function findNearest(
  bank: Features,
  queries: Features,
  count: number,
  onProgress?: NearestOptions['onProgress'],
): Promise<Neighbours> {
  const rows = new Int32Array(queries.rows * count);
  const similarities = new Float32Array(rows.length);
  const block = Math.min(1024, Math.max(16, Math.floor(blockSize / bank.rows)));
  const [bankNorms, queryNorms] = [lengths(bank), lengths(queries)];
  const cosine = createCosine(bank, bankNorms, queries, queryNorms);
  const select = createSelection(count, bank.rows);
  /** Takes the nearest rows of a query among those that are at most `slack` less similar, by their exact cosines. */
  const take = (query: number, all: Float32Array, slack: number): void => {
    const {positions, values, length} = select(all, slack);
    if (slack > 0) for (let i = 0; i < length; i++) values[i] = cosine(query, positions[i]);
    sort(positions, values, length);
    rows.set(positions.subarray(0, count), query * count);
    similarities.set(values.subarray(0, count), query * count);
  };
  if (queries.rows <= few) {
    const all = new Float32Array(bank.rows);
    for await (const {start: query} of blocks(queries.rows, 1, onProgress)) {
      for (let row = 0; row < bank.rows; row++) all[row] = cosine(query, row);
      take(query, all, 0);
    }
    return {count, rows, similarities};
  }
  // [d, bank], [queries, d]
  const [keys, units] = tf.tidy(() => [
    tf.transpose(tf.tensor2d(unitRows(bank, bankNorms), [bank.rows, bank.columns])),
    tf.tensor2d(unitRows(queries, queryNorms), [queries.rows, queries.columns]),
  ]);
  try {
    const slack = await errorOf(units, keys, cosine);
    for await (const {start, end} of blocks(queries.rows, block, onProgress)) {
      const similar = tf.tidy(() => tf.matMul(tf.slice(units, [start, 0], [end - start, -1]), keys));
      const found = await similar.data<'float32'>().finally(() => {
        similar.dispose();
      });
      for (let query = start; query < end; query++) {
        take(query, found.subarray((query - start) * bank.rows, (query - start + 1) * bank.rows), slack);
      }
    }
  } finally {
    tf.dispose([keys, units]);
  }
  return {count, rows, similarities};
}

/**
 * Finds the `k` rows of `bank` that are the most similar to each row of `queries` by cosine; of equally similar ones
 * the earlier comes first. Holds both on the device and a block of similarities at a time.
 *
 * @throws RangeError when `k` is not a positive integer, sizes do not fit, or numbers are not finite.
 * @example
 * const {rows, count} = await nearest(train, test, 5);
 * console.log('nearest to the first', rows.subarray(0, count));
 */
export async function nearest(
  bank: Features,
  queries: Features,
  k: number,
  options: NearestOptions = {},
): Promise<Neighbours> {
  checkFeatures('nearest', 'bank', bank);
  checkFeatures('nearest', 'queries', queries);
  checkColumns('nearest', 'queries', queries, bank.columns);
  checkValue('nearest', 'k', k, integer({least: 1}));
  checkOptions('nearest', options, nearestRules);
  return findNearest(bank, queries, Math.min(k, bank.rows), options.onProgress);
}
