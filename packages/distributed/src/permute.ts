import type {Part} from './mpi/world.js';

/** What a rank sends and receives so that rows of all ranks come into another order. */
export interface Route {
  /** The rows of this rank that are sent, in the order in which they go. */
  readonly sent: Int32Array;
  /** How many of them go to each rank. */
  readonly sentCounts: readonly number[];
  /** Where each row that comes belongs, in the order in which they come. */
  readonly places: Int32Array;
  /** How many of them come from each rank. */
  readonly receivedCounts: readonly number[];
}

/**
 * Whom this rank sends which row, where row `i` of rank `r` is to be row `order[r · n + i]` of all.
 *
 * @param order A permutation of the rows of all ranks.
 */
export function routeOf(order: Int32Array, rank: number, size: number): Route {
  const n = order.length / size;
  const owner = (row: number): number => Math.floor(row / n);
  const sent: number[] = [];
  const sentCounts = Array.from({length: size}, (_, other) => {
    const before = sent.length;
    for (const row of order.subarray(other * n, (other + 1) * n)) if (owner(row) === rank) sent.push(row % n);
    return sent.length - before;
  });
  const mine = order.subarray(rank * n, (rank + 1) * n);
  const places: number[] = [];
  const receivedCounts = Array.from({length: size}, (_, other) => {
    const before = places.length;
    mine.forEach((row, place) => {
      if (owner(row) === other) places.push(place);
    });
    return places.length - before;
  });
  return {sent: Int32Array.from(sent), sentCounts, places: Int32Array.from(places), receivedCounts};
}

/** Rows one after the other, so many for each rank, as parts of bytes. */
export function partsOf(counts: readonly number[], rowBytes: number): Part[] {
  let offset = 0;
  return counts.map(count => {
    const part = {offset, length: count * rowBytes};
    offset += part.length;
    return part;
  });
}

/** Copies rows: row `i` of `to` from row `rows[i]` of `from`. */
export function gatherRows(from: Uint8Array, rows: Int32Array, to: Uint8Array, rowBytes: number): void {
  rows.forEach((row, i) => {
    to.set(from.subarray(row * rowBytes, (row + 1) * rowBytes), i * rowBytes);
  });
}

/** Copies rows: row `i` of `from` to row `rows[i]` of `to`. */
export function scatterRows(from: Uint8Array, rows: Int32Array, to: Uint8Array, rowBytes: number): void {
  rows.forEach((row, i) => {
    to.set(from.subarray(i * rowBytes, (i + 1) * rowBytes), row * rowBytes);
  });
}
