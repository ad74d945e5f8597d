import * as tf from '@tensorflow/tfjs-core';
import {callable, checkOptions, checkValue, integer, number, type Rules} from '@contrastive/internal';
import {createPause} from '../pause.js';
import type {Features} from '../features.js';
import {bankOf, type PreparedBank} from './bank.js';
import {createCosines, taken, TILE, unitRows} from './cosine.js';

/** Settings of `similarPairs`. */
export interface SimilarPairsOptions {
  /** The most pairs; more are an error, because they do not fit into memory. 2 million by default. */
  readonly most?: number;
  /** Called after each block with the number of comparisons done and their total. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What `similarPairs` found, `[count]`: the most similar first, equally similar ones by their rows. */
export interface SimilarPairs {
  /** The earlier row of each pair. */
  readonly first: Int32Array;
  /** The later one. */
  readonly second: Int32Array;
  /** Their cosine similarity, in [−1, 1]. */
  readonly similarities: Float32Array;
}

const rules: Rules<SimilarPairsOptions> = {most: integer({least: 1}), onProgress: callable};

/** How far a similarity on the device may lie below the exact one: what TF32 loses, or sums of many columns. */
const slackOf = (columns: number): number => Math.max(2 * (columns + 4) * 2 ** -24, 2 ** -10);

/** Some rows of a tile of similarities, one after the other. */
interface Rows {
  /** Which, ascending. */
  readonly which: ArrayLike<number>;
  /** `[which.length, columns of the tile]`. */
  readonly values: Float32Array;
}

/**
 * The rows of a tile in which a similarity reaches `from`, without reading the others: few do. All rows of a tile on
 * the diagonal, where each row meets itself.
 */
async function rowsThatReach(tile: tf.Tensor2D, from: number, diagonal: boolean): Promise<Rows> {
  if (diagonal)
    return {which: Array.from({length: tile.shape[0]}, (_, row) => row), values: await tile.data<'float32'>()};
  const highest = await taken(tf.max(tile, 1)); // [rows]
  const which = Array.from(highest.keys()).filter(row => highest[row] >= from);
  if (which.length === 0) return {which, values: new Float32Array()};
  return {which, values: await taken(tf.tidy(() => tf.gather(tile, tf.tensor1d(which, 'int32'))))};
}

/**
 * Finds all pairs of rows whose cosine similarity is at least `least`: every row is compared with every other, a tile
 * of them at a time, so that 100,000 rows take little more memory than their features. The device says which come near,
 * and only rows of similarities that have one are read from it; these are judged by their exact cosines.
 *
 * @param features May be prepared by `prepareBank`, where they are searched too.
 * @param least The lowest similarity, in [−1, 1].
 * @throws TypeError or RangeError for options out of range, sizes that do not fit, numbers that are not finite, and
 * when there are more than `most` pairs.
 * @example
 * const {first, second, similarities} = await similarPairs(features, 0.98);
 */
export async function similarPairs(
  features: Features | PreparedBank,
  least: number,
  options: SimilarPairsOptions = {},
): Promise<SimilarPairs> {
  const bank = bankOf('similarPairs', 'features', features);
  checkValue('similarPairs', 'least', least, number({least: -1, most: 1}));
  checkOptions('similarPairs', options, rules);
  const {most = 2e6, onProgress} = options;
  const {rows, columns} = bank.features;
  const cosines = createCosines(bank, bank);
  const from = least - slackOf(columns);
  const found: {readonly first: number; readonly second: number; readonly similarity: number}[] = [];
  const pause = createPause();
  const total = (rows * (rows - 1)) / 2;
  let done = 0;
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(top + TILE, rows);
    const queries = unitRows(bank, top, bottom);
    try {
      for (let left = top; left < rows; left += TILE) {
        const right = Math.min(left + TILE, rows);
        const width = right - left;
        const tile = tf.tidy(() => tf.matMul<tf.Tensor2D>(queries, unitRows(bank, left, right), false, true));
        const {which, values} = await rowsThatReach(tile, from, left === top).finally(() => {
          tile.dispose();
        });
        for (let i = 0; i < which.length; i++) {
          const first = top + which[i];
          const at = i * width - left;
          for (let second = Math.max(left, first + 1); second < right; second++) {
            if (values[at + second] < from) continue;
            const similarity = cosines.of(first, second);
            if (similarity >= least) found.push({first, second, similarity});
          }
          if (found.length > most) {
            throw new RangeError(
              `similarPairs: expected a similarity that at most ${most} pairs reach as least, got ${least}, which ` +
                `more do among the first ${bottom} of ${rows} rows; raise it.`,
            );
          }
        }
        done += left === top ? (width * (width - 1)) / 2 : (bottom - top) * width;
        onProgress?.(done, total);
        await pause();
      }
    } finally {
      queries.dispose();
    }
  }
  found.sort((a, b) => b.similarity - a.similarity || a.first - b.first || a.second - b.second);
  return {
    first: Int32Array.from(found, pair => pair.first),
    second: Int32Array.from(found, pair => pair.second),
    similarities: Float32Array.from(found, pair => pair.similarity),
  };
}
