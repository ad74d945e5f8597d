import * as tf from '@tensorflow/tfjs-core';
import {callable, checkOptions, checkValue, integer, number, type Rules} from '@contrastive/internal';
import {blocks} from './blocks.js';
import {checkColumns, checkFeatures, checkLabelled, findClasses, type Features} from './features.js';
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
}

const nearestRules: Rules<NearestOptions> = {onProgress: callable};
const knnRules: Rules<KnnOptions> = {...nearestRules, k: integer({least: 1}), temperature: number({above: 0})};

/** Similarities that are held at once, about: 32 MB. */
const blockSize = 8e6;

/** Rows of length 1, `[rows, columns]`; rows of zeros stay zeros. */
function unitRows({data, rows, columns}: Features): tf.Tensor2D {
  const unit = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += columns) {
    let square = 0;
    for (let i = start; i < start + columns; i++) square += data[i] * data[i];
    const norm = Math.sqrt(square) || 1;
    for (let i = start; i < start + columns; i++) unit[i] = data[i] / norm;
  }
  return tf.tensor2d(unit, [rows, columns]);
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
  const [keys, units] = tf.tidy(() => [tf.transpose(unitRows(bank)), unitRows(queries)]); // [d, bank], [queries, d]
  try {
    for await (const {start, end} of blocks(queries.rows, block, options.onProgress)) {
      // Values and indices `[end − start, count]`, the largest first.
      const found = tf.tidy(() => tf.topk(tf.matMul(tf.slice(units, [start, 0], [end - start, -1]), keys), count));
      rows.set(await found.indices.data(), start * count);
      similarities.set(await found.values.data(), start * count);
      tf.dispose([found.values, found.indices]);
    }
  } finally {
    tf.dispose([keys, units]);
  }
  return {count, rows, similarities};
}

/**
 * Classifies each test row by a weighted vote of its `k` nearest training rows: cosine similarity s, weight exp(s /
 * temperature) (Wu et al. 2018, arXiv:1805.01978, section 3.4). The classes are those of the training rows; equal votes
 * go to the lower label, equal similarities to the earlier row.
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
  return {accuracy: accuracy(predictions, judged.labels), predictions};
}
