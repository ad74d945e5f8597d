import type {Features} from '../features.js';

/** Length of each row, 1 of rows of zeros; in double precision, which holds the squares of all float32 numbers. */
export function lengths({data, rows, columns}: Features): Float64Array {
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
    norms[row] = Math.sqrt(a + b + (c + d)) || 1;
  }
  return norms;
}

/** Rows of length 1, `[rows, columns]`; rows of zeros stay zeros. */
export function unitRows({data, rows, columns}: Features, norms: Float64Array): Float32Array {
  const units = new Float32Array(data.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (const end = at + columns; at < end; at++) units[at] = data[at] / norms[row];
  }
  return units;
}

/**
 * The cosine of a query and a row of the bank, in double precision and then rounded to float32: the same for equal
 * rows, wherever they stand.
 */
export function createCosine(
  bank: Features,
  bankNorms: Float64Array,
  queries: Features,
  queryNorms: Float64Array,
): (query: number, row: number) => number {
  const {data, columns} = bank;
  const asked = new Float64Array(columns);
  const whole = columns - (columns % 4);
  let last = -1; // the query in `asked`
  return (query, row) => {
    if (query !== last) asked.set(queries.data.subarray(query * columns, (query + 1) * columns));
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
    return Math.fround((a + b + (c + d)) / (queryNorms[query] * bankNorms[row]));
  };
}
