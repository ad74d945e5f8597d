import {duration} from '@contrastive/example';
import type {Claim} from './experiment.js';
import {leastOf, moreOf, together, type Known, type Work} from './estimate.js';

function said(least: Work, more: Work, slowness: number | undefined): string {
  if (least.seconds + more.seconds === 0) return 'finished';
  if (slowness === undefined) return `${least.runs} trainings`;
  const most = more.runs > 0 ? `; ${more.runs} more, ${duration(slowness * more.seconds)}, if all is close` : '';
  return `${least.runs} trainings, about ${duration(slowness * least.seconds)}${most}`;
}

/**
 * What is to come, in lines for the terminal: how many trainings, and how long about. Comparisons under a point get two
 * more seeds, so there is a least and a most, until the first seeds are there.
 *
 * @param slowness How many times as long as on two quiet cores it takes here; without it no time is told.
 */
export function planOf(claims: readonly Claim[], known: Known, slowness?: number): readonly string[] {
  const planned = new Set<string>();
  const rows = claims.map(claim => {
    const least = leastOf(claim, {...known, planned});
    return {name: claim.name, least, more: moreOf(claim, {...known, planned: new Set(planned)})};
  });
  const shared = new Set(planned); // what several claims may get more of is counted once
  const sum = {
    name: 'together',
    least: together(rows.map(({least}) => least)),
    more: together(claims.map(claim => moreOf(claim, {...known, planned: shared}))),
  };
  const width = Math.max(...rows.map(({name}) => name.length));
  return [...rows, sum].map(({name, least, more}) => `  ${name.padEnd(width)}  ${said(least, more, slowness)}`);
}
