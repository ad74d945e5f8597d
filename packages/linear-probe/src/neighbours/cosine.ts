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

/** Cosines of queries and rows of a bank. */
export interface Cosines {
  /** Of one query and one row. */
  of(query: number, row: number): number;
  /** Of one query and some rows: the same numbers in about half the time. */
  ofRows(query: number, rows: Int32Array, found: Float32Array): void;
}

/**
 * Computes cosines in double precision, rounded to float32 at the end: the same for equal rows, wherever they stand.
 * Each has four sums, because one waits for its last addition.
 */
export function createCosines(bank: PreparedBank, queries: PreparedBank): Cosines {
  const {data, columns} = bank.features;
  const asked = new Float64Array(columns);
  const whole = columns - (columns % 4);
  let last = -1; // the query in `asked`
  const ask = (query: number): void => {
    if (query !== last) asked.set(queries.features.data.subarray(query * columns, (query + 1) * columns));
    last = query;
  };
  const of = (query: number, row: number): number => {
    ask(query);
    let [a, b, c, d] = [0, 0, 0, 0];
    let i = 0;
    let at = row * columns;
    for (; i < whole; i += 4, at += 4) {
      a += asked[i] * data[at];
      b += asked[i + 1] * data[at + 1];
      c += asked[i + 2] * data[at + 2];
      d += asked[i + 3] * data[at + 3];
    }
    for (; i < columns; i++, at++) a += asked[i] * data[at];
    return Math.fround((a + b + (c + d)) / (queries.norms[query] * bank.norms[row]));
  };
  /** Of the query in `asked`, of this length, and two rows, read together. */
  const two = (norm: number, row: number, other: number, found: Float32Array, to: number): void => {
    let [a, b, c, d] = [0, 0, 0, 0];
    let [e, f, g, h] = [0, 0, 0, 0];
    let i = 0;
    let at = row * columns;
    let next = other * columns;
    for (; i < whole; i += 4, at += 4, next += 4) {
      const p = asked[i];
      const q = asked[i + 1];
      const r = asked[i + 2];
      const s = asked[i + 3];
      a += p * data[at];
      b += q * data[at + 1];
      c += r * data[at + 2];
      d += s * data[at + 3];
      e += p * data[next];
      f += q * data[next + 1];
      g += r * data[next + 2];
      h += s * data[next + 3];
    }
    for (; i < columns; i++, at++, next++) {
      a += asked[i] * data[at];
      e += asked[i] * data[next];
    }
    found[to] = (a + b + (c + d)) / (norm * bank.norms[row]);
    found[to + 1] = (e + f + (g + h)) / (norm * bank.norms[other]);
  };
  const ofRows: Cosines['ofRows'] = (query, rows, found) => {
    ask(query);
    const norm = queries.norms[query];
    let to = 0;
    for (; to + 1 < rows.length; to += 2) two(norm, rows[to], rows[to + 1], found, to);
    if (to < rows.length) found[to] = of(query, rows[to]);
  };
  return {of, ofRows};
}
