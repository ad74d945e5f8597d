/** The 97.5 % quantiles of Student's t with 1, 2, … 9 degrees of freedom. */
const QUANTILES = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216];

/** A mean with a 95 % interval. */
export interface Mean {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** The same with more: Fisher's expansion about the normal distribution's quantile, here within 1e-5. */
function quantileOf(degrees: number): number {
  const z = 1.959964;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, i) => sum + term / degrees ** (i + 1), z);
}

/** What one figure has above another, seed by seed: of the seeds that both have. */
export function pairedDifferences(
  one: ReadonlyMap<number, number>,
  other: ReadonlyMap<number, number>,
): readonly number[] {
  return [...one].flatMap(([seed, value]) => {
    const its = other.get(seed);
    return its === undefined ? [] : [value - its];
  });
}

/**
 * The mean of the figures of several seeds, with Student's 95 % interval: where the mean over all seeds may lie, on
 * these test images.
 *
 * @param values Two or more.
 */
export function meanOfSeeds(values: readonly number[]): Mean {
  const count = values.length;
  if (count < 2)
    throw new RangeError(`meanOfSeeds: expected two figures or more as values, got ${count}; give one of each seed.`);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const quantile = QUANTILES.at(count - 2) ?? quantileOf(count - 1);
  const half = quantile * Math.sqrt(squares / (count - 1) / count);
  return {mean, low: mean - half, high: mean + half};
}
