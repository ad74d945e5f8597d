import type {Result} from './result.js';

const perSecond = (seconds: number): string => Math.round(1 / seconds).toLocaleString('en');

/** The rows of the group `views` in other words: views a second, and what views that are made cost a step. */
export function viewsNotes(results: readonly Result[]): string[] {
  return results.flatMap(({name, peer, oursSeconds, peerSeconds, ratio}) => {
    if (name.startsWith('views-')) {
      const theirs = peerSeconds === null ? '' : `, ${perSecond(peerSeconds)} (${peer})`;
      return [`Views a second in ${name}: ${perSecond(oursSeconds)} (ours)${theirs}.`];
    }
    if (peer === 'fixed-views' && ratio !== null) {
      const percent = 100 * (ratio - 1);
      return [
        `Making the views changes the time of a step in ${name} by ${percent < 0 ? '' : '+'}${percent.toFixed(1)} %.`,
      ];
    }
    return [];
  });
}
