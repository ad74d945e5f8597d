import {nearest, selectRows, type Features} from '@contrastive/linear-probe';
import {createNearest, type QuantisedFeatures} from './quantised.js';

/** How well rounded features find what whole ones find. */
export interface Agreement {
  /** Part of the neighbours by whole features that are neighbours by rounded ones too, in [0, 1]. */
  readonly share: number;
  /** Neighbours of each image that were compared. */
  readonly neighbours: number;
  /** Images whose neighbours were compared. */
  readonly images: number;
}

/** Images that are asked about, spread evenly. */
const ASKED = 200;

/** Neighbours of each. */
const NEIGHBOURS = 10;

/** Rows that are spread evenly over all. */
export const spread = (rows: number, count: number): number[] =>
  Array.from({length: Math.min(rows, count)}, (_, i) => Math.floor((i * rows) / Math.min(rows, count)));

/** Compares the nearest images by rounded features with those by whole ones. */
export async function agreementOf(bank: Features, rounded: QuantisedFeatures): Promise<Agreement> {
  const asked = spread(bank.rows, ASKED);
  const neighbours = Math.min(NEIGHBOURS, bank.rows - 1);
  if (neighbours === 0) return {share: 1, neighbours, images: asked.length};
  const {rows, count} = await nearest(bank, selectRows(bank, asked), neighbours + 1);
  const find = createNearest(rounded);
  let same = 0;
  asked.forEach((row, i) => {
    const {columns, data} = rounded;
    const found = find(data.subarray(row * columns, (row + 1) * columns), neighbours, row);
    const whole = Array.from(rows.subarray(i * count, (i + 1) * count))
      .filter(other => other !== row)
      .slice(0, neighbours);
    same += found.filter(({row: other}) => whole.includes(other)).length;
  });
  return {share: same / (asked.length * neighbours), neighbours, images: asked.length};
}
