import {duration} from '@contrastive/example';
import type {Store} from './cells.js';
import {workOf, type Work} from './costs.js';
import type {Claim} from './experiment.js';
import {moreSeedsOf, seedsOf} from './run-claim.js';

/** The settings that some comparison needs: these may get more seeds. */
function compared({settings, comparisons}: Claim): Claim['settings'] {
  const ids = new Set(comparisons.flatMap(({one, other}) => [one.setting, other.setting]));
  return settings.filter(({id}) => ids.has(id));
}

/**
 * What is to come, in lines for the terminal: how many trainings, and how long about. Comparisons under a point get two
 * more seeds, so there is a least and a most.
 *
 * @param slowness How many times as long as on two quiet cores it takes here.
 */
export function planOf(claims: readonly Claim[], store: Store, slowness: number): readonly string[] {
  const planned = new Set<string>();
  const rows = claims.map(claim => {
    const least = workOf(claim, claim.settings, seedsOf(claim), {store, planned});
    const more = workOf(claim, compared(claim), moreSeedsOf(claim), {store, planned: new Set(planned)});
    return {name: claim.name, least, more};
  });
  const width = Math.max(...rows.map(({name}) => name.length));
  const all = (of: (row: (typeof rows)[number]) => Work): Work =>
    rows
      .map(of)
      .reduce((sum, {runs, seconds}) => ({runs: sum.runs + runs, seconds: sum.seconds + seconds}), {
        ...{runs: 0, seconds: 0},
      });
  const line = (name: string, least: Work, more: Work): string => {
    if (least.seconds + more.seconds === 0) return `  ${name.padEnd(width)}  finished`;
    const most = more.runs > 0 ? `; ${more.runs} more, ${duration(slowness * more.seconds)}, if all is close` : '';
    return `  ${name.padEnd(width)}  ${least.runs} trainings, about ${duration(slowness * least.seconds)}${most}`;
  };
  return [
    ...rows.map(({name, least, more}) => line(name, least, more)),
    line(
      'together',
      all(({least}) => least),
      all(({more}) => more),
    ),
  ];
}
