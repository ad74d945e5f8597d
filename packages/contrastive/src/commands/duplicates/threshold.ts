/** How near a different image came to one that was tried, or an edited copy to its original. */
export interface Near {
  /** Cosine of their features. */
  readonly similarity: number;
  /** How much their pixels agree. */
  readonly likeness: number;
}

/** What counts as a pair of duplicates. */
export interface Threshold {
  /** The lowest cosine of features. */
  readonly similarity: number;
  /** The least that pixels agree. */
  readonly likeness: number;
  /** Different images that reach the similarity, of all that were tried. */
  readonly falseAlarms: number;
  /** The lowest rate of different images, for each image, at which every edited copy whose pixels agree is found. */
  readonly rateOfAll: number;
}

/** Edited copies of which the pixels may agree less, of 50; the rest is what agrees. */
const OUTLIERS = 0.02;

/** Below, pixels never agree, whatever edits do: images without any likeness correlate by 0 ± 0.2. */
const LEAST_LIKENESS = 0.8;

/** The value below which a part of others lies. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

/** How much pixels must agree: as much as those of nearly all edited copies do with their originals. */
export const leastLikeness = (edits: readonly Near[]): number =>
  Math.max(
    LEAST_LIKENESS,
    quantile(
      edits.map(({likeness}) => likeness),
      OUTLIERS,
    ),
  );

/**
 * The lowest similarity that counts: as low as all edited copies need whose pixels agree, and no lower than keeps
 * different images below the rate.
 *
 * @param edits Edited copies beside their originals, at least one.
 * @param others Images beside those that were tried, of which some may be duplicates: those whose pixels agree.
 * @param tried How many images these were near to.
 * @param rate Different images that may reach it, for each image.
 */
export function chooseThreshold(
  edits: readonly Near[],
  others: readonly Near[],
  tried: number,
  rate: number,
): Threshold {
  const likeness = leastLikeness(edits);
  const needed = Math.min(...edits.filter(edit => edit.likeness >= likeness).map(({similarity}) => similarity));
  const different = others
    .filter(other => other.likeness < likeness)
    .map(({similarity}) => similarity)
    .sort((a, b) => b - a);
  // The first that is one too many; a rate in decimals times a number may be a little less than whole.
  const first = different.at(Math.floor(rate * tried + 1e-9));
  const similarity = first === undefined || first < needed ? needed : Math.min(1, first + 1e-6);
  const reaching = (least: number): number => different.filter(one => one >= least).length;
  return {similarity, likeness, falseAlarms: reaching(similarity), rateOfAll: reaching(needed) / tried};
}

/** Whether two images are duplicates: near enough, and with pixels that agree. */
export const isDuplicate = (near: Near, {similarity, likeness}: Pick<Threshold, 'similarity' | 'likeness'>): boolean =>
  near.similarity >= similarity && near.likeness >= likeness;
