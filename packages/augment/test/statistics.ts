/** Limits that chance passes once in 1,000 tests. Streams are fixed, so a test that passes once passes always. */

/** Of `kolmogorovSmirnov`: the quantile of Kolmogorov's distribution (Smirnov, 1948). */
export const KS_LIMIT = 1.95;
/** Of a normal deviate, in standard deviations, on both sides. */
export const DEVIATIONS = 3.3;
/** Of χ² by its degrees of freedom. */
export const CHI_SQUARED_LIMIT = {5: 20.5, 23: 49.7} as const;

/** Greatest distance of the empirical from the expected distribution function, times √n. */
export function kolmogorovSmirnov(draws: readonly number[], distribution: (x: number) => number): number {
  const sorted = Float64Array.from(draws).sort();
  let worst = 0;
  sorted.forEach((x, i) => {
    const expected = distribution(x);
    worst = Math.max(worst, Math.abs(expected - i / sorted.length), Math.abs(expected - (i + 1) / sorted.length));
  });
  return worst * Math.sqrt(sorted.length);
}

/** The distribution function of the uniform distribution over [low, high]. */
export const uniformLaw =
  (low: number, high: number) =>
  (x: number): number =>
    Math.min(Math.max((x - low) / (high - low), 0), 1);

/**
 * How far the two samples' distribution functions may lie apart, of which one was made of `first` draws and the other
 * of `second`.
 */
export const twoSampleLimit = (first: number, second: number): number => KS_LIMIT * Math.sqrt(1 / first + 1 / second);

/** Part of the draws that are at most `x`, for many x at once. */
export function shares(draws: readonly number[], at: readonly number[]): number[] {
  const sorted = Float64Array.from(draws).sort();
  let below = 0;
  return at.map(x => {
    while (below < sorted.length && sorted[below] <= x) below++;
    return below / sorted.length;
  });
}

/** Distance of the number of chosen ones from its mean, in standard deviations of the binomial distribution. */
export function binomialDeviations(chosen: readonly boolean[], probability: number): number {
  const count = chosen.filter(Boolean).length;
  return Math.abs(count - chosen.length * probability) / Math.sqrt(chosen.length * probability * (1 - probability));
}

/** Pearson's χ² of counts that should be equal. */
export function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Correlation of two samples. */
export function correlation(first: readonly number[], second: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
  const [meanFirst, meanSecond] = [mean(first), mean(second)];
  const product = (a: readonly number[], meanA: number, b: readonly number[], meanB: number) =>
    mean(a.map((x, i) => (x - meanA) * (b[i] - meanB)));
  const scale = Math.sqrt(
    product(first, meanFirst, first, meanFirst) * product(second, meanSecond, second, meanSecond),
  );
  return product(first, meanFirst, second, meanSecond) / scale;
}

/** The correlation of independent samples in standard deviations, which are 1/√n. */
export const correlationDeviations = (first: readonly number[], second: readonly number[]): number =>
  Math.abs(correlation(first, second)) * Math.sqrt(first.length);
