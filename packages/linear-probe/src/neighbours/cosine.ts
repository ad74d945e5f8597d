import * as tf from '@tensorflow/tfjs-core';
import type {Features} from '../features.js';

/**
 * Features that were checked, with the length of each row: what every search among them needs, found once.
 *
 * @typeParam F - The features, with what they have besides.
 */
export interface PreparedBank<F extends Features = Features> {
  /** The features themselves, no copy: their numbers must stay as they are. */
  readonly features: F;
  /** Length of each row, 1 of rows of zeros, `[rows]`. */
  readonly norms: Float64Array;
}

/** Rows that are compared with as many others at once: 4 million similarities, 16 MB. */
export const TILE = 2048;

/**
 * Measures rows, in double precision, which holds the squares of all float32 numbers: a length is finite just where all
 * numbers of its row are.
 */
export function measured<F extends Features>(features: F): PreparedBank<F> {
  const {data, rows, columns} = features;
  const norms = new Float64Array(rows);
  const whole = columns - (columns % 4);
  for (let row = 0; row < rows; row++) {
    const at = row * columns;
    // Four sums, because each waits for its last addition.
    let [a, b, c, d] = [0, 0, 0, 0];
    let i = at;
    for (; i < at + whole; i += 4) {
      a += data[i] * data[i];
      b += data[i + 1] * data[i + 1];
      c += data[i + 2] * data[i + 2];
      d += data[i + 3] * data[i + 3];
    }
    for (; i < at + columns; i++) a += data[i] * data[i];
    const square = a + b + (c + d);
    norms[row] = square === 0 ? 1 : Math.sqrt(square);
  }
  return {features, norms};
}

/**
 * Rows `[start, end)` at length 1 on the device, `[end − start, columns]`; rows of zeros stay zeros. The caller's.
 */
export function unitRows({features, norms}: PreparedBank, start: number, end: number): tf.Tensor2D {
  const {data, columns} = features;
  const units = new Float32Array((end - start) * columns);
  for (let row = start, from = start * columns, to = 0; row < end; row++) {
    for (const last = to + columns; to < last; to++, from++) units[to] = data[from] / norms[row];
  }
  return tf.tensor2d(units, [end - start, columns]);
}

/** Numbers of a tensor, which goes. */
export async function taken(tensor: tf.Tensor): Promise<Float32Array> {
  return tensor.data<'float32'>().finally(() => {
    tensor.dispose();
  });
}

/**
 * The cosine of a query and a row of the bank, in double precision and then rounded to float32: the same for equal
 * rows, wherever they stand.
 */
export function createCosine(bank: PreparedBank, queries: PreparedBank): (query: number, row: number) => number {
  const {data, columns} = bank.features;
  const asked = new Float64Array(columns);
  const whole = columns - (columns % 4);
  let last = -1; // the query in `asked`
  return (query, row) => {
    if (query !== last) asked.set(queries.features.data.subarray(query * columns, (query + 1) * columns));
    last = query;
    const at = row * columns;
    // Four sums, because each waits for its last addition.
    let [a, b, c, d] = [0, 0, 0, 0];
    let i = 0;
    for (; i < whole; i += 4) {
      a += asked[i] * data[at + i];
      b += asked[i + 1] * data[at + i + 1];
      c += asked[i + 2] * data[at + i + 2];
      d += asked[i + 3] * data[at + i + 3];
    }
    for (; i < columns; i++) a += asked[i] * data[at + i];
    return Math.fround((a + b + (c + d)) / (queries.norms[query] * bank.norms[row]));
  };
}
