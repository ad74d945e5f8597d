import {checkOptions, checkValue, integer, number, type Rules} from '@contrastive/internal';
import {normalQuantile} from './normal-quantile.js';

/** Settings of `wilsonInterval`. */
export interface WilsonOptions {
  /** How often such intervals hold the true value, in (0, 1); 0.95 by default. */
  readonly level?: number;
}

/** An interval for a proportion. */
export interface WilsonInterval {
  /** What kind of interval it is. */
  readonly kind: 'wilson';
  /** Its ends, in [0, 1]. */
  readonly low: number;
  readonly high: number;
  /** How often such intervals hold the true value. */
  readonly level: number;
}

/** How often an interval holds. */
export const levelRule = number({above: 0, below: 1});

const rules: Rules<WilsonOptions> = {level: levelRule};

/**
 * Wilson's score interval for a proportion (1927, Journal of the American Statistical Association 22), such as the
 * accuracy on so many test rows; without continuity correction. It says how far another sample of images could change
 * the number, not how far another training could.
 *
 * @param right How many rows count, from 0.
 * @param rows How many there are, from 1.
 * @throws TypeError or RangeError unless both are whole numbers in these bounds.
 * @example
 * const {low, high} = wilsonInterval(Math.round(accuracy * test.rows), test.rows);
 */
export function wilsonInterval(right: number, rows: number, options: WilsonOptions = {}): WilsonInterval {
  checkOptions('wilsonInterval', options, rules);
  checkValue('wilsonInterval', 'rows', rows, integer({least: 1}));
  checkValue('wilsonInterval', 'right', right, integer({least: 0, most: rows}));
  const {level = 0.95} = options;
  const z = normalQuantile((1 + level) / 2);
  const p = right / rows;
  const share = (z * z) / rows;
  const centre = (p + share / 2) / (1 + share);
  const half = (z / (1 + share)) * Math.sqrt((p * (1 - p)) / rows + share / (4 * rows));
  // The ends are exact there, but for rounding.
  return {kind: 'wilson', low: right === 0 ? 0 : centre - half, high: right === rows ? 1 : centre + half, level};
}
