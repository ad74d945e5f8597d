import * as tf from '@tensorflow/tfjs-core';
import {callable, checkOptions, checkValue, integer, number, type Rules} from '@contrastive/internal';
import {blocks} from './blocks.js';
import {checkColumns, checkFeatures, checkLabelled, countUnknown, findClasses, type Features} from './features.js';
import {accuracy} from './metrics.js';

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

/** Settings of `knn`. */
export interface KnnOptions extends NearestOptions {
  /** Neighbours that vote; 200 by default. More than there are training rows counts as all of them. */
  readonly k?: number;
  /** A neighbour's vote is exp(similarity / temperature); above 0, 0.1 by default. */
  readonly temperature?: number;
}

/** What `knn` found. */
export interface KnnResult {
  /** Fraction of the test rows whose class was found, in [0, 1]. */
  readonly accuracy: number;
  /** Class of each test row, `[rows]`. */
  readonly predictions: Int32Array;
  /** Neighbours that voted: `k`, or all training rows where there are fewer. */
  readonly k: number;
  /** Classes of the training rows, one of which each answer is. */
  readonly classCount: number;
  /** Test rows whose class is none of these; they count as wrong. */
  readonly unknownRows: number;
}

const nearestRules: Rules<NearestOptions> = {onProgress: callable};
const knnRules: Rules<KnnOptions> = {...nearestRules, k: integer({least: 1}), temperature: number({above: 0})};

/** Similarities that are held at once, about: 32 MB. */
const blockSize = 8e6;

/** Length of each row, 1 of rows of zeros; in double precision, which holds the squares of all float32 numbers. */
function lengths({data, rows, columns}: Features): Float64Array {
  return Float64Array.from({length: rows}, (_, row) => {
    let square = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) square += data[i] * data[i];
    return Math.sqrt(square) || 1;
  });
}

/** Rows of length 1, `[rows, columns]`; rows of zeros stay zeros. */
const unitRows = ({data, rows, columns}: Features, norms: Float64Array): tf.Tensor2D =>
  tf.tensor2d(
    data.map((value, i) => value / norms[Math.floor(i / columns)]),
    [rows, columns],
  );

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
 * The most similar rows of the bank for each of the queries from `start` on, among those that may be: similarities on
 * the device differ in their last digits by where a row stands, so it only says which rows come near.
 *
 * @param similarities As the device computes them, `[queries, bank]`.
 * @param slack How far two of them may lie apart whose rows are equally similar.
 * @returns The candidates of each query, `[queries, most]`.
 */
async function candidates(
  similarities: tf.Tensor2D,
  count: number,
  slack: number,
): Promise<{readonly most: number; readonly indices: ArrayLike<number>}> {
  const {first, close} = tf.tidy(() => {
    const {values, indices} = tf.topk(similarities, count);
    const least = tf.sub(tf.slice(values, [0, count - 1], [-1, 1]), slack);
    return {first: indices, close: tf.max(tf.sum(tf.cast(tf.greaterEqual(similarities, least), 'float32'), 1))};
  });
  const [most] = await close.data();
  const wider = most > count ? tf.tidy(() => tf.topk(similarities, most).indices) : first;
  const indices = await wider.data();
  tf.dispose([first, close, wider]);
  return {most, indices};
}

/**
 * Finds the `k` rows of `bank` that are the most similar to each row of `queries` by cosine; of equally similar ones
 * the earlier comes first. Holds both on the device and a block of similarities at a time.
 *
 * @throws RangeError when `k` is no positive integer, sizes do not fit, or numbers are not finite.
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
  const count = Math.min(k, bank.rows);
  const rows = new Int32Array(queries.rows * count);
  const similarities = new Float32Array(rows.length);
  const block = Math.min(1024, Math.max(16, Math.floor(blockSize / bank.rows)));
  const {columns} = bank;
  const [bankNorms, queryNorms] = [lengths(bank), lengths(queries)];
  /** The cosine, in double precision and then rounded: the same for equal rows, wherever they stand. */
  const cosine = (query: number, row: number): number => {
    let sum = 0;
    const [a, b] = [query * columns, row * columns];
    for (let i = 0; i < columns; i++) sum += queries.data[a + i] * bank.data[b + i];
    return Math.fround(sum / (queryNorms[query] * bankNorms[row]));
  };
  // [d, bank], [queries, d]
  const [keys, units] = tf.tidy(() => [tf.transpose(unitRows(bank, bankNorms)), unitRows(queries, queryNorms)]);
  try {
    const slack = await errorOf(units, keys, cosine);
    for await (const {start, end} of blocks(queries.rows, block, options.onProgress)) {
      const similar = tf.tidy(() => tf.matMul<tf.Tensor2D>(tf.slice(units, [start, 0], [end - start, -1]), keys));
      const {most, indices} = await candidates(similar, count, slack).finally(() => {
        similar.dispose();
      });
      for (let query = start; query < end; query++) {
        const near = Array.from({length: most}, (_, i) => indices[(query - start) * most + i]).map(row => ({
          row,
          similarity: cosine(query, row),
        }));
        near.sort((one, other) => other.similarity - one.similarity || one.row - other.row);
        for (let i = 0; i < count; i++) {
          rows[query * count + i] = near[i].row;
          similarities[query * count + i] = near[i].similarity;
        }
      }
    }
  } finally {
    tf.dispose([keys, units]);
  }
  return {count, rows, similarities};
}

/**
 * Classifies each test row by a weighted vote of its `k` nearest training rows: cosine similarity s, weight exp(s /
 * temperature) (Wu et al. 2018, arXiv:1805.01978, section 3.4). The classes are those of the training rows; equal votes
 * go to the lower label, equal similarities to the earlier row. With fewer training rows than `k` all vote; the result
 * says how many did, how many classes there were to choose from, and how many test rows are of none of them.
 *
 * @throws TypeError without labels; RangeError for options out of range, sizes that do not fit, or numbers that are not
 * finite.
 * @example
 * const {accuracy} = await knn(train, test, {k: 20});
 */
export async function knn(train: Features, test: Features, options: KnnOptions = {}): Promise<KnnResult> {
  checkOptions('knn', options, knnRules);
  const {k = 200, temperature = 0.1, ...progress} = options;
  const {labels} = checkLabelled('knn', 'train', train);
  const judged = checkLabelled('knn', 'test', test);
  checkColumns('knn', 'test', test, train.columns);
  const {classes, positions} = findClasses(labels);
  const {count, rows, similarities} = await nearest(train, test, k, progress);
  const votes = new Float64Array(classes.length);
  const predictions = Int32Array.from({length: test.rows}, (_, i) => {
    votes.fill(0);
    for (let at = i * count; at < (i + 1) * count; at++) {
      // Less the largest similarity, so that a low temperature neither overflows nor leaves nothing but zeros.
      votes[positions[rows[at]]] += Math.exp((similarities[at] - similarities[i * count]) / temperature);
    }
    return classes[votes.indexOf(Math.max(...votes))];
  });
  return {
    accuracy: accuracy(predictions, judged.labels),
    predictions,
    k: count,
    classCount: classes.length,
    unknownRows: countUnknown(judged.labels, classes),
  };
}
