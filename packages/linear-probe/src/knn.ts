import * as tf from '@tensorflow/tfjs-core';
import {findClasses} from './classes.js';
import {checkColumns, checkLabelled, type Features} from './features.js';
import {accuracy} from './metrics.js';
import {createPause} from './pause.js';

/** Settings of `knn`. */
export interface KnnOptions {
  /** Neighbours that vote; 200 by default. More than there are training rows counts as all of them. */
  readonly k?: number;
  /** A neighbour's vote is exp(similarity / temperature); above 0, 0.1 by default. */
  readonly temperature?: number;
  /** Called after each block with the number of test rows done and their total. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What `knn` found. */
export interface KnnResult {
  /** Fraction of the test rows whose class was found, in [0, 1]. */
  readonly accuracy: number;
  /** Class of each test row, `[rows]`. */
  readonly predictions: Int32Array;
}

/** Similarities that are held at once, about: 32 MB. */
const blockSize = 8e6;

/** Rows of length 1, `[n, d]`; rows of zeros stay zeros. */
function normalise({data, rows, columns}: Features): tf.Tensor2D {
  return tf.tidy(() => {
    const x = tf.tensor2d(data, [rows, columns]);
    const largest = tf.maximum(tf.max(tf.abs(x), 1, true), 1e-30);
    // Scaled by its largest entry first, so that no square leaves the range of float32.
    const scaled = tf.div(x, largest);
    return tf.mul(scaled, tf.rsqrt(tf.maximum(tf.sum(tf.square(scaled), 1, true), 1e-12)));
  });
}

/**
 * Classifies each test row by a weighted vote of its `k` nearest training rows: cosine similarity s, weight exp(s /
 * temperature) (Wu et al. 2018, arXiv:1805.01978, section 3.4). The classes are those of the training rows; equal votes
 * go to the lower label, equal similarities to the earlier row.
 *
 * Holds both sets on the device and a block of similarities at a time.
 *
 * @throws TypeError without labels; RangeError for options out of range, sizes that do not fit, or numbers that are not
 * finite.
 * @example
 * const {accuracy} = await knn(train, test, {k: 20});
 */
export async function knn(
  train: Features,
  test: Features,
  {k = 200, temperature = 0.1, onProgress}: KnnOptions = {},
): Promise<KnnResult> {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`knn: k must be a whole number from 1, got ${k}.`);
  if (!(temperature > 0 && temperature < Infinity))
    throw new RangeError(`knn: temperature must be a finite number above 0, got ${temperature}.`);
  const bank = checkLabelled(train, 'knn: train');
  const queries = checkLabelled(test, 'knn: test');
  checkColumns(test, train.columns, 'knn: test');
  const {classes, positions} = findClasses(bank.labels);
  const count = Math.min(k, bank.rows);
  const pause = createPause();
  const votes = new Float64Array(classes.length);
  const predictions = new Int32Array(queries.rows);
  const block = Math.min(1024, Math.max(16, Math.floor(blockSize / bank.rows)));
  const [keys, rows] = tf.tidy(() => [tf.transpose(normalise(bank)), normalise(queries)]); // [d, bank], [queries, d]
  try {
    for (let start = 0; start < queries.rows; start += block) {
      const size = Math.min(block, queries.rows - start);
      // Values and indices `[size, count]`, the largest first.
      const nearest = tf.tidy(() => tf.topk(tf.matMul(tf.slice(rows, [start, 0], [size, -1]), keys), count));
      const [similarities, neighbours] = await Promise.all([nearest.values.data(), nearest.indices.data()]);
      tf.dispose([nearest.values, nearest.indices]);
      for (let i = 0; i < size; i++) {
        votes.fill(0);
        for (let at = i * count; at < (i + 1) * count; at++) {
          // Less the largest similarity, so that a low temperature neither overflows nor leaves nothing but zeros.
          votes[positions[neighbours[at]]] += Math.exp((similarities[at] - similarities[i * count]) / temperature);
        }
        predictions[start + i] = classes[votes.indexOf(Math.max(...votes))];
      }
      onProgress?.(start + size, queries.rows);
      await pause();
    }
  } finally {
    tf.dispose([keys, rows]);
  }
  return {accuracy: accuracy(predictions, queries.labels), predictions};
}
