import {percent} from '@contrastive/example';
import {keyOf, type Cell, type Store} from './cells.js';
import {missing} from './costs.js';
import type {Claim, Setting} from './experiment.js';
import {closeSettings, figuresOf} from './figures.js';
import {measure} from './measure.js';
import {trainOne, type Place} from './train-one.js';

/** Seeds that all settings have, and those of comparisons under a point besides. */
const [SEEDS, MORE] = [3, 2];

/** Numbers of seeds, from one on. */
const from = (first: number, count: number): readonly number[] => Array.from({length: count}, (_, i) => first + i);

/** The seeds that a claim begins with. */
export const seedsOf = ({seeds = SEEDS}: Claim): readonly number[] => from(1, seeds);

/** Those that close comparisons get besides; none of pilots and quick runs, which have fewer. */
export const moreSeedsOf = ({seeds = SEEDS}: Claim): readonly number[] => (seeds < SEEDS ? [] : from(seeds + 1, MORE));

/** What a run of claims needs. */
export interface Running extends Place {
  /** Finished cells, of this run and of all before. */
  readonly store: Store;
  /** Keeps a cell; it is in the store then. */
  readonly onCell: (cell: Cell) => void;
  /** Stops between two cells. */
  readonly signal: AbortSignal;
}

/** The cells of a setting that are finished. */
const cellsOf = ({store}: Running, {training}: Setting, seeds: readonly number[]): readonly Cell[] =>
  seeds.flatMap(seed => store.find(keyOf(training, seed)) ?? []);

/** Trains and measures a setting with a seed, as far as that was not done before. */
async function runOne(claim: Claim, setting: Setting, seed: number, running: Running): Promise<void> {
  const {store, onCell, signal, pictures} = running;
  const left = missing(claim, setting, seed, store);
  if (left === undefined) return;
  signal.throwIfAborted();
  const {training} = setting;
  const began = performance.now();
  const trained = await trainOne(training, seed, running);
  try {
    const {curve, seconds, failed} = trained;
    const {images: own, size} = training;
    const values = failed === undefined ? await measure(trained, left, {claim, own, size, pictures, seed}) : {};
    const shown = Object.entries(values).map(([name, value]) => `${name} ${percent(value)}`);
    const said = failed === undefined ? shown.join(', ') : `failed: ${failed}`;
    console.log(
      `${claim.name}: ${setting.id}, seed ${seed}: ${said}  ${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
    onCell({
      ...{key: keyOf(training, seed), seed, values, seconds},
      ...(curve && {curve}),
      ...(failed !== undefined && {failed}),
    });
  } finally {
    trained.dispose();
  }
}

/**
 * Runs a claim: each setting with each seed; then, with two seeds more, the settings of comparisons whose mean is under
 * a point.
 *
 * @returns The cells of each setting.
 * @throws The reason of the signal; `RunStopped` after Ctrl-C within a training.
 */
export async function runClaim(claim: Claim, running: Running): Promise<ReadonlyMap<string, readonly Cell[]>> {
  const seeds = seedsOf(claim);
  for (const seed of seeds) for (const setting of claim.settings) await runOne(claim, setting, seed, running);
  const byId = new Map(claim.settings.map(setting => [setting.id, setting]));
  const first = (id: string): readonly Cell[] => {
    const setting = byId.get(id);
    return setting ? cellsOf(running, setting, seeds) : [];
  };
  const close = closeSettings(figuresOf(claim, first));
  const more = moreSeedsOf(claim);
  for (const seed of more)
    for (const setting of claim.settings) if (close.has(setting.id)) await runOne(claim, setting, seed, running);
  return new Map(
    claim.settings.map(setting => [
      setting.id,
      cellsOf(running, setting, close.has(setting.id) ? [...seeds, ...more] : seeds),
    ]),
  );
}
