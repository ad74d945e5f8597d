import {allFigures, checkSame, type Report, type Rules} from './rules.js';

/**
 * How much a figure of one view lies off the mean over all views, at most, relative; the mean over n views is √n times
 * closer. Three standard deviations of the difference of two contestants.
 */
const spreadOfOneView = 3;

/** How far a pixel may lie outside of [0, 1]: float32. */
const rounding = 1e-6;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of each figure over all reported batches, without those of the range. */
function means(report: Report): ReadonlyMap<string, number> {
  const all = allFigures(report);
  const names = Object.keys(all[0]).filter(name => name !== 'low' && name !== 'high');
  return new Map(names.map(name => [name, mean(all.map(figures => figures[name]))]));
}

/**
 * Batches of random views: all pixels in [0, 1], and alike in what the policy changes, as closely as so many views can
 * be.
 */
export const alikeViews: Rules = {
  alone: report => {
    for (const {low, high} of allFigures(report)) {
      if (low < -rounding || high > 1 + rounding) {
        throw new Error(
          `bench: the views of ${report.ready.contestant} have pixels from ${low} to ${high}, not in [0, 1].`,
        );
      }
    }
  },
  both: (ours, peer) => {
    const views = Number(ours.ready.facts.views) * allFigures(ours).length;
    const others = means(peer);
    for (const [name, value] of means(ours)) {
      checkSame(
        `${name} of the views`,
        [value, others.get(name) ?? NaN],
        [ours.ready, peer.ready],
        spreadOfOneView / Math.sqrt(views),
      );
    }
  },
};
