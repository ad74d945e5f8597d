import {keyOf, type Store} from './cells.js';
import type {Claim, Measure, Setting} from './experiment.js';
import {measuresOf, valueName} from './figures.js';

/** What is to be done of a setting with a seed; undefined where a store has all of it. */
export function missing(claim: Claim, setting: Setting, seed: number, store: Store): readonly Measure[] | undefined {
  const cell = store.find(keyOf(setting.training, seed));
  if (cell?.failed !== undefined) return undefined;
  const left = measuresOf(claim, setting).filter(one => !(valueName(claim, one) in (cell?.values ?? {})));
  return left.length > 0 ? left : undefined;
}
