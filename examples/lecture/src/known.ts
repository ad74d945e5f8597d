import {join} from 'node:path';
import {storeOf, type Cell} from './cells.js';
import type {Known} from './estimate.js';
import type {Claim} from './experiment.js';
import {isFinished} from './finished.js';
import type {Places} from './places.js';
import {cellsIn} from './results.js';

/** The folder of the trainings. */
export const trainingsIn = ({out}: Places): string => join(out, 'trainings');

/** Where finished cells are kept as soon as they are there. */
export const cellsPath = ({out}: Places): string => join(out, 'cells.jsonl');

/**
 * What was done before: the cells of results, and those of a folder besides. Where these do not say what they ran on
 * they are of an earlier form, and are measured anew.
 */
export function knownOf(all: readonly Claim[], places: Places, own: readonly Cell[]): Known {
  const store = storeOf([...cellsIn(places.results, all), ...own.filter(cell => 'on' in cell)]);
  return {store, trained: (training, seed) => isFinished(trainingsIn(places), training, seed)};
}
