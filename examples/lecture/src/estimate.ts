import {keyOf, type Store} from './cells.js';
import {settingsIn, type Claim, type Measure, type Setting, type Training} from './experiment.js';
import {missing} from './missing.js';
import {closeIn, moreSeedsOf, seedsOf} from './seeds.js';
import {trainingSeconds} from './training-seconds.js';

/** Seconds to look at images, and for each measure of them. */
const [LOOK, MEASURE] = [2.5, 2.5];

/** What measures take on two quiet cores. */
const measureSeconds = (measures: readonly Measure[]): number =>
  LOOK * new Set(measures.map(({on}) => on)).size + MEASURE * measures.length;

/** What is left to do. */
export interface Work {
  /** Trainings; an untrained network takes none. */
  readonly runs: number;
  /** On two quiet cores. */
  readonly seconds: number;
}

const nothing: Work = {runs: 0, seconds: 0};

/** Several pieces of work as one. */
export const together = (parts: readonly Work[]): Work =>
  parts.reduce((sum, {runs, seconds}) => ({runs: sum.runs + runs, seconds: sum.seconds + seconds}), nothing);

/** What was done before. */
export interface Known {
  readonly store: Store;
  /** Whether a training is there with its last checkpoint; by default that of each cell is. */
  readonly trained?: (training: Training, seed: number) => boolean;
}

/** Besides, the keys of trainings that are counted elsewhere: to it come those that are counted here. */
export interface Planned extends Known {
  readonly planned: Set<string>;
}

/** What it takes to come by a trained network, with the one that it starts with. */
function trainingWork(training: Training, seed: number, {store, trained, planned}: Planned): Work {
  const key = keyOf(training, seed);
  const there = trained?.(training, seed) ?? store.find(key) !== undefined;
  if (training.method === 'untrained' || planned.has(key) || there) return nothing;
  planned.add(key);
  const own = {runs: 1, seconds: trainingSeconds(training)};
  if (training.method !== 'supervised' || training.start === undefined) return own;
  return together([own, trainingWork(training.start, seed, {store, planned, ...(trained && {trained})})]);
}

/** What of a claim is left with these seeds. What other claims have in common with it is counted once, in `planned`. */
export function workOf(claim: Claim, settings: readonly Setting[], seeds: readonly number[], done: Planned): Work {
  const parts = settings.flatMap(setting =>
    seeds.map(seed => {
      const left = missing(claim, setting, seed, done.store);
      if (left === undefined) return nothing;
      return together([trainingWork(setting.training, seed, done), {runs: 0, seconds: measureSeconds(left)}]);
    }),
  );
  return together(parts);
}

/** What of a claim is certainly left: that of its first seeds, or of the others once it is known who gets them. */
export function leastOf(claim: Claim, done: Planned): Work {
  const close = closeIn(claim, done.store);
  if (close === undefined) return workOf(claim, claim.settings, seedsOf(claim), done);
  return workOf(claim, close, moreSeedsOf(claim), done);
}

/** What comes to that if all comparisons turn out to be close. */
export function moreOf(claim: Claim, done: Planned): Work {
  if (closeIn(claim, done.store) !== undefined) return nothing;
  const compared = new Set(claim.comparisons.flatMap(settingsIn));
  const settings = claim.settings.filter(({id}) => compared.has(id));
  return workOf(claim, settings, moreSeedsOf(claim), done);
}

/** The seconds that are certainly left of several claims, on two quiet cores. */
export function secondsLeft(claims: readonly Claim[], known: Known): number {
  const planned = new Set<string>();
  return together(claims.map(claim => leastOf(claim, {...known, planned}))).seconds;
}
