import type {Features} from '@contrastive/linear-probe';

/** Features in a byte each: for cosines alone, because the factor of each row is not kept. */
export interface QuantisedFeatures {
  /** Row after row, `[rows, columns]`, −127 to 127. */
  readonly data: Int8Array;
  /** Number of images. */
  readonly rows: number;
  /** Features of one image. */
  readonly columns: number;
}

/** The largest that a byte holds on both sides of zero. */
const LARGEST = 127;

/** Rounds features to bytes, each row with a factor that makes its largest number 127; rows of zeros stay so. */
export function quantise({data, rows, columns}: Features): QuantisedFeatures {
  const bytes = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const [from, end] = [row * columns, (row + 1) * columns];
    let largest = 0;
    for (let i = from; i < end; i++) largest = Math.max(largest, Math.abs(data[i]));
    if (largest === 0) continue;
    for (let i = from; i < end; i++) bytes[i] = Math.round((data[i] / largest) * LARGEST);
  }
  return {data: bytes, rows, columns};
}

/** One row that was found. */
export interface Near {
  readonly row: number;
  /** Cosine, in [−1, 1]. */
  readonly similarity: number;
}

/** The length of a row, 1 of one of zeros. */
function lengthOf(row: Int8Array | Float64Array): number {
  let square = 0;
  for (const value of row) square += value * value;
  return Math.sqrt(square) || 1;
}

/**
 * Makes what finds the `k` rows with the highest cosine to a query, `[columns]`: the highest first, of equal ones the
 * earlier row. `without` is left out.
 */
export function createNearest({
  data,
  rows,
  columns,
}: QuantisedFeatures): (query: ArrayLike<number>, k: number, without?: number) => Near[] {
  const lengths = Float64Array.from({length: rows}, (_, row) =>
    lengthOf(data.subarray(row * columns, (row + 1) * columns)),
  );
  return (query, k, without = -1) => {
    const asked = Float64Array.from(query);
    const length = lengthOf(asked);
    const best: Near[] = [];
    for (let row = 0; row < rows; row++) {
      if (row === without) continue;
      let sum = 0;
      for (let i = 0, at = row * columns; i < columns; i++, at++) sum += asked[i] * data[at];
      const similarity = sum / (length * lengths[row]);
      if (best.length === k && similarity <= best[k - 1].similarity) continue;
      let place = best.length;
      while (place > 0 && best[place - 1].similarity < similarity) place--;
      best.splice(place, 0, {row, similarity});
      if (best.length > k) best.pop();
    }
    return best;
  };
}
