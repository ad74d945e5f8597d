import {duration, percent} from '@contrastive/example';
import {keyOf, type Cell} from './cells.js';
import type {Known} from './estimate.js';
import type {Claim, Setting} from './experiment.js';
import type {Machine} from './machines.js';
import {measure} from './measure.js';
import {missing} from './missing.js';
import {closeIn, moreSeedsOf, seedsOf} from './seeds.js';
import {trainOne, type Place, type Trained} from './train-one.js';

/** What a run of claims needs. */
export interface Running extends Place, Known {
  /** Keeps a cell; it is in the store then. */
  readonly onCell: (cell: Cell) => void;
  /** What it runs on. */
  readonly on: Machine;
  /** The seconds that the run still takes, about; undefined where nobody knows. */
  readonly secondsLeft: () => number | undefined;
  /** Stops between two cells. */
  readonly signal: AbortSignal;
}

/** A setting with a seed of which something is missing. */
interface Task {
  readonly setting: Setting;
  readonly seed: number;
}

/** What came of a training by the measures that its cell lacks; why nothing did, where it failed. */
async function judge(
  trained: Trained,
  claim: Claim,
  {setting, seed}: Task,
  {store, pictures}: Running,
): Promise<Pick<Cell, 'values' | 'failed'>> {
  if (trained.failed !== undefined) return {values: {}, failed: trained.failed};
  const {images: own, size} = setting.training;
  const left = missing(claim, setting, seed, store) ?? [];
  const values = await measure(trained, left, {claim, own, size, pictures, seed});
  return values === undefined ? {values: {}, failed: 'its features are not finite'} : {values};
}

/** Trains and measures a setting with a seed, as far as that was not done before. */
async function runOne(claim: Claim, task: Task, running: Running): Promise<void> {
  const {setting, seed} = task;
  const began = performance.now();
  const trained = await trainOne(setting.training, seed, running);
  try {
    const {curve, seconds} = trained;
    const {values, failed} = await judge(trained, claim, task, running);
    const shown = Object.entries(values).map(([name, value]) => `${name} ${percent(value)}`);
    const said = failed === undefined ? shown.join(', ') : `failed: ${failed}`;
    console.log(`  ${said}  ${duration((performance.now() - began) / 1000)}`);
    running.onCell({
      ...{key: keyOf(setting.training, seed), seed, values, seconds},
      ...(curve && {curve}),
      ...(failed !== undefined && {failed}),
      on: running.on,
    });
  } finally {
    trained.dispose();
  }
}

/** Runs what is missing of some settings, seed by seed, and says what begins. */
async function runAllOf(
  claim: Claim,
  settings: readonly Setting[],
  seeds: readonly number[],
  running: Running,
): Promise<void> {
  const {store, signal, secondsLeft} = running;
  const tasks = seeds
    .flatMap(seed => settings.map(setting => ({setting, seed})))
    .filter(({setting, seed}) => missing(claim, setting, seed, store) !== undefined);
  for (const [i, task] of tasks.entries()) {
    signal.throwIfAborted();
    if (missing(claim, task.setting, task.seed, store) === undefined) continue; // another setting's is the same
    const seconds = secondsLeft();
    const left = `${i + 1} of ${tasks.length}${seconds === undefined ? '' : `, about ${duration(seconds)} left`}`;
    console.log(`${claim.name}: ${task.setting.id}, seed ${task.seed} (${left})`);
    await runOne(claim, task, running);
  }
}

/**
 * Runs a claim: each setting with each seed; then, with two seeds more, the settings of comparisons whose mean is under
 * a point.
 *
 * @throws The reason of the signal; `RunStopped` after Ctrl-C within a training.
 */
export async function runClaim(claim: Claim, running: Running): Promise<void> {
  await runAllOf(claim, claim.settings, seedsOf(claim), running);
  await runAllOf(claim, closeIn(claim, running.store) ?? [], moreSeedsOf(claim), running);
}
