import {sgd} from '@contrastive/optim';
import {train} from '@contrastive/train';
import {simclrBase} from './base.js';
import {keyOf, type Store} from './cells.js';
import type {Claim, Measure, Setting, Training} from './experiment.js';
import {measuresOf, valueName} from './figures.js';
import type {Pictures} from './pictures.js';
import {stepSeconds, trainingSeconds} from './training-seconds.js';
import {newEncoder, prepareTraining} from './training.js';

/** Seconds to look at images, and for each measure of them. */
const [LOOK, MEASURE] = [2.5, 2.5];

/** What a training and its measures take on two quiet cores. */
const secondsOf = (training: Training, measures: readonly Measure[]): number =>
  trainingSeconds(training) + LOOK * new Set(measures.map(({on}) => on)).size + MEASURE * measures.length;

/** What is left to do. */
export interface Work {
  readonly runs: number;
  readonly seconds: number;
}

/** What is to be done of a setting with a seed; undefined where a store has all of it. */
export function missing(claim: Claim, setting: Setting, seed: number, store: Store): readonly Measure[] | undefined {
  const cell = store.find(keyOf(setting.training, seed));
  if (cell?.failed !== undefined) return undefined;
  const left = measuresOf(claim, setting).filter(one => !(valueName(claim, one) in (cell?.values ?? {})));
  return left.length > 0 ? left : undefined;
}

/** What of a claim is left with these seeds. What other claims have in common with it is counted once, in `planned`. */
export function workOf(
  claim: Claim,
  settings: readonly Setting[],
  seeds: readonly number[],
  {store, planned}: {readonly store: Store; readonly planned: Set<string>},
): Work {
  let [runs, seconds] = [0, 0];
  for (const setting of settings) {
    for (const seed of seeds) {
      const left = missing(claim, setting, seed, store);
      if (left === undefined) continue;
      const key = keyOf(setting.training, seed);
      const full = secondsOf(setting.training, left);
      const again = planned.has(key) || store.find(key) !== undefined;
      planned.add(key);
      runs += again ? 0 : 1;
      seconds += again ? full - trainingSeconds(setting.training) : full;
    }
  }
  return {runs, seconds};
}

/** Steps that are timed, after some that are slower. */
const [FIRST, TIMED] = [3, 6];

/** How many times as long as on two quiet cores a step takes here and now, by a few steps of SimCLR's base. */
export async function slowness(pictures: Pictures): Promise<number> {
  const encoder = newEncoder(simclrBase, 0);
  const {train: images} = await pictures.open(simclrBase.images, simclrBase.size);
  const {method, viewsOf, dispose} = prepareTraining(simclrBase, encoder, images, 0);
  const optimizer = sgd(method.parameters, {momentum: 0.9});
  try {
    const times: number[] = [];
    for await (const {step} of train({method, optimizer, views: viewsOf(), learningRate: 0.01})) {
      times.push(performance.now());
      if (step + 1 === FIRST + TIMED) break;
    }
    const seconds = (times[times.length - 1] - times[FIRST - 1]) / 1000 / TIMED;
    return seconds / stepSeconds(simclrBase);
  } finally {
    optimizer.dispose();
    dispose();
    encoder.dispose();
  }
}
