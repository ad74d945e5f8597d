/** The 97.5 % quantiles of Student's t with 1, 2, … 9 degrees of freedom. */
const QUANTILES = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216];

/** A mean with a 95 % interval. */
export interface Mean {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of the figures of several seeds, with Student's t interval: how far another mean of as many trainings may
 * lie, on these test images.
 *
 * @param values From two to ten.
 */
export function meanOfSeeds(values: readonly number[]): Mean {
  const count = values.length;
  const quantile = QUANTILES.at(count - 2);
  if (count < 2 || quantile === undefined || count > QUANTILES.length + 1)
    throw new RangeError(`meanOfSeeds: expected two to ten figures as values, got ${count}; give as many.`);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half = quantile * Math.sqrt(squares / (count - 1) / count);
  return {mean, low: mean - half, high: mean + half};
}
