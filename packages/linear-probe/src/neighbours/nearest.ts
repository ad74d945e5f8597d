import * as tf from '@tensorflow/tfjs-core';
import {callable, checkOptions, checkValue, integer, type Rules} from '@contrastive/internal';
import {createPause} from '../pause.js';
import {checkColumns, type Features} from '../features.js';
import {bankOf, type PreparedBank} from './bank.js';
import {createCosines, taken, TILE, unitRows, type Cosines} from './cosine.js';
import {createSelections, roomFor, type Selecting} from './select-largest.js';

/** Settings of `nearest`. */
export interface NearestOptions {
  /** Called as work goes on with about how many queries are done, and their total. */
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

/** So many queries are answered before a bank of rows of length 1 was on the device. */
const FEW = 8;

/** Queries and rows of the bank that show how exact the device is. */
const SHOWN = 256;

/** What compares queries with rows of the bank. */
interface Comparer {
  /** Similarities of all of its queries and the rows `[start, end)`, `[queries, end − start]`. */
  compare(start: number, end: number): Promise<Float32Array>;
  dispose(): void;
}

/** Compares the queries `[from, to)` with rows of the bank by their exact cosines. */
function byCosines(cosines: Cosines, from: number, to: number): Comparer {
  const all = new Float32Array((to - from) * TILE);
  return {
    compare: async (start, end) => {
      const width = end - start;
      const rows = Int32Array.from({length: width}, (_, i) => start + i);
      for (let i = 0; i < to - from; i++) cosines.ofRows(from + i, rows, all.subarray(i * width, (i + 1) * width));
      return all.subarray(0, (to - from) * width);
    },
    dispose: () => undefined,
  };
}

/** The same on the device, which has no more of the bank at a time. */
function onDevice(bank: PreparedBank, queries: PreparedBank, from: number, to: number): Comparer {
  const units = unitRows(queries, from, to);
  return {
    compare: async (start, end) => taken(tf.tidy(() => tf.matMul(units, unitRows(bank, start, end), false, true))),
    dispose: () => {
      units.dispose();
    },
  };
}

/**
 * How far two similarities on the device may lie apart whose rows are equally similar: twice the error of such a sum in
 * float32, or more where the device multiplies in less (TF32), as some of them show.
 */
async function slackOf(bank: PreparedBank, queries: PreparedBank, cosines: Cosines): Promise<number> {
  const {rows, columns} = bank.features;
  const comparer = onDevice(bank, queries, 0, Math.min(SHOWN, queries.features.rows));
  try {
    const some = Math.min(SHOWN, rows);
    const ofFirst = (await comparer.compare(0, some)).subarray(0, some);
    const worst = ofFirst.reduce((most, value, row) => Math.max(most, Math.abs(value - cosines.of(0, row))), 0);
    return Math.max(2 * (columns + 4) * 2 ** -24, 8 * worst);
  } finally {
    comparer.dispose();
  }
}

/**
 * Finds the `count` rows of `bank` nearest to each query; nothing is checked here.
 *
 * Similarities on the device differ in their last digits by where a row stands, so they only say which rows come near;
 * these are ranked by their exact cosines.
 */
export async function findNearest(
  bank: PreparedBank,
  queries: PreparedBank,
  count: number,
  onProgress?: NearestOptions['onProgress'],
): Promise<Neighbours> {
  const asked = queries.features.rows;
  const bankRows = bank.features.rows;
  const rows = new Int32Array(asked * count);
  const similarities = new Float32Array(rows.length);
  const cosines = createCosines(bank, queries);
  const slack = asked > FEW ? await slackOf(bank, queries, cosines) : 0;
  const together = Math.max(1, Math.floor((TILE * TILE) / Math.max(TILE, roomFor(count))));
  const pause = createPause();
  for (let from = 0; from < asked; from += together) {
    const to = Math.min(from + together, asked);
    const exact: Selecting['exact'] = (query, found, values) => {
      cosines.ofRows(from + query, found, values);
    };
    const selections = createSelections({queries: to - from, count, slack, exact});
    const comparer = asked > FEW ? onDevice(bank, queries, from, to) : byCosines(cosines, from, to);
    try {
      for (let start = 0; start < bankRows; start += TILE) {
        const end = Math.min(start + TILE, bankRows);
        const found = await comparer.compare(start, end);
        const width = end - start;
        for (let i = 0; i < to - from; i++) selections.add(i, start, found.subarray(i * width, (i + 1) * width));
        onProgress?.(from + Math.floor(((to - from) * end) / bankRows), asked);
        await pause();
      }
    } finally {
      comparer.dispose();
    }
    for (let query = from; query < to; query++) {
      const [at, end] = [query * count, (query + 1) * count];
      selections.finish(query - from, rows.subarray(at, end), similarities.subarray(at, end));
    }
  }
  return {count, rows, similarities};
}

/**
 * Finds the `k` rows of `bank` that are the most similar to each row of `queries` by cosine; of equally similar ones
 * the earlier comes first. The device has 2048 rows of both at a time.
 *
 * @param bank Where it is searched more than once, prepared by `prepareBank`: a search for one query then takes about
 * half the time.
 * @throws RangeError when `k` is not a positive integer, sizes do not fit, or numbers are not finite.
 * @example
 * const {rows, count} = await nearest(train, test, 5);
 * console.log('nearest to the first', rows.subarray(0, count));
 */
export async function nearest(
  bank: Features | PreparedBank,
  queries: Features | PreparedBank,
  k: number,
  options: NearestOptions = {},
): Promise<Neighbours> {
  const known = bankOf('nearest', 'bank', bank);
  const asked = bankOf('nearest', 'queries', queries);
  checkColumns('nearest', 'queries', asked.features, known.features.columns);
  checkValue('nearest', 'k', k, integer({least: 1}));
  checkOptions('nearest', options, nearestRules);
  return findNearest(known, asked, Math.min(k, known.features.rows), options.onProgress);
}
