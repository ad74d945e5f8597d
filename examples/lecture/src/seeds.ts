import {keyOf, type Cell, type Store} from './cells.js';
import type {Claim, Setting} from './experiment.js';
import {closeSettings, figuresOf} from './figures.js';
import {missing} from './missing.js';

/** Seeds that all settings have, and those of comparisons under a point besides. */
const [SEEDS, MORE] = [3, 2];

/** Numbers of seeds, from one on. */
const from = (first: number, count: number): readonly number[] => Array.from({length: count}, (_, i) => first + i);

/** The seeds that a claim begins with. */
export const seedsOf = ({seeds = SEEDS}: Claim): readonly number[] => from(1, seeds);

/** Those that close comparisons get besides; none of pilots and quick runs, which have fewer. */
export const moreSeedsOf = ({seeds = SEEDS}: Claim): readonly number[] => (seeds < SEEDS ? [] : from(seeds + 1, MORE));

/** The cells of a setting with these seeds, as far as a store has them. */
export const cellsWith = ({training}: Setting, seeds: readonly number[], store: Store): readonly Cell[] =>
  seeds.flatMap(seed => store.find(keyOf(training, seed)) ?? []);

/**
 * The settings that get more seeds: those of comparisons that are close with the first ones.
 *
 * @returns Undefined while cells of the first seeds are missing: then nobody knows.
 */
export function closeIn(claim: Claim, store: Store): readonly Setting[] | undefined {
  const seeds = seedsOf(claim);
  const {settings} = claim;
  if (settings.some(one => seeds.some(seed => missing(claim, one, seed, store) !== undefined))) return undefined;
  const byId = new Map(settings.map(one => [one.id, cellsWith(one, seeds, store)]));
  const close = closeSettings(figuresOf(claim, id => byId.get(id) ?? []));
  return settings.filter(({id}) => close.has(id));
}
