import type {Features} from '@contrastive/linear-probe';
import {spread} from '../../search-page/agreement.js';

/** Images whose pairs are compared, spread evenly over all. */
const COMPARED = 200;

/** Fewer images than this may well be of one thing. */
const FEWEST = 8;

/** A median above it says that similarities tell hardly anything: encoders that have learned stay far below. */
const ALIKE = 0.9;

/** The rows of some images, each of length 1. */
function units({data, columns}: Features, rows: readonly number[]): Float32Array[] {
  return rows.map(row => {
    const values = data.subarray(row * columns, (row + 1) * columns);
    const length = Math.hypot(...values) || 1;
    return values.map(value => value / length);
  });
}

/** The median cosine of two images, by all pairs of some of them; undefined of few images. */
export function medianSimilarity(bank: Features): number | undefined {
  if (bank.rows < FEWEST) return undefined;
  const some = units(bank, spread(bank.rows, COMPARED));
  const cosines = some.flatMap((one, i) =>
    some.slice(i + 1).map(other => one.reduce((sum, value, at) => sum + value * other[at], 0)),
  );
  return cosines.sort((a, b) => a - b)[Math.floor(cosines.length / 2)];
}

/** What is remarked where similarities have no scale, because nearly all images are alike; else nothing. */
export const tellAlike = (median: number | undefined): string | undefined =>
  median === undefined || median <= ALIKE
    ? undefined
    : `Nearly all images look alike to this encoder (median similarity of two of them ${median.toFixed(2)}): only ` +
      'the order counts, and longer training tells them apart better.';
