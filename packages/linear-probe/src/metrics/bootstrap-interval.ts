import {createRandom} from '@contrastive/augment';
import {callable, checkOptions, checkValue, integer, number, required, type Rules} from '@contrastive/internal';
import {createPause} from '../pause.js';
import {levelRule} from './wilson-interval.js';

/** Settings of `bootstrapInterval`. */
export interface BootstrapOptions {
  /** Draws the samples; any integer. */
  readonly seed: number;
  /** How many samples are drawn; 1000 by default. */
  readonly samples?: number;
  /** How often such intervals hold the true value, in (0, 1); 0.95 by default. */
  readonly level?: number;
}

/** An interval for any measure. */
export interface BootstrapInterval {
  /** What kind of interval it is. */
  readonly kind: 'bootstrap-percentile';
  /** Its ends. */
  readonly low: number;
  readonly high: number;
  /** The measure on the rows as they are. */
  readonly value: number;
  /** How often such intervals hold the true value, for many rows. */
  readonly level: number;
  /** How many samples were drawn. */
  readonly samples: number;
}

const rules: Rules<BootstrapOptions> = {seed: required(integer()), samples: integer({least: 1}), level: levelRule};

/** Keeps these draws apart from others of the same seed. */
const stream = 0xb007;

/** The quantile of ascending values, linear between two of them, as numpy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/**
 * An interval by the bootstrap: draws test rows with replacement, as many as there are, measures each sample, and takes
 * the percentiles (Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 13; scipy's `bootstrap` with
 * `method='percentile'`). For measures that are not proportions, such as the mean per class and mAP. It says how far
 * another sample of images could change the number, not how far another training could. A class that a sample lacks is
 * treated as the measure treats it.
 *
 * @param rows How many test rows there are.
 * @param metric Measures a sample, whose rows it is given, `[rows]`; its error ends the call.
 * @throws TypeError or RangeError for arguments out of range, or where `metric` gives no finite number.
 * @example
 * const of = (rows: Int32Array) => meanPerClassAccuracy(rows.map(i => predictions[i]), rows.map(i => labels[i]));
 * const {low, high} = await bootstrapInterval(labels.length, of, {seed: 1});
 */
export async function bootstrapInterval(
  rows: number,
  metric: (rows: Int32Array) => number,
  options: BootstrapOptions,
): Promise<BootstrapInterval> {
  checkOptions('bootstrapInterval', options, rules);
  checkValue('bootstrapInterval', 'rows', rows, integer({least: 1, most: 2 ** 31 - 1}));
  checkValue('bootstrapInterval', 'metric', metric, callable);
  const {seed, samples = 1000, level = 0.95} = options;
  const measure = (chosen: Int32Array): number => {
    const value = metric(chosen);
    checkValue('bootstrapInterval', 'the result of metric', value, number());
    return value;
  };
  const value = measure(Int32Array.from({length: rows}, (_, i) => i));
  const random = createRandom(seed, stream);
  const pause = createPause();
  const values = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    values[sample] = measure(Int32Array.from({length: rows}, () => random.integer(rows)));
    await pause();
  }
  values.sort();
  const [low, high] = [quantile(values, (1 - level) / 2), quantile(values, (1 + level) / 2)];
  return {kind: 'bootstrap-percentile', low, high, value, level, samples};
}
