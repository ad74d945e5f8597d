import {createHash} from 'node:crypto';
import {join} from 'node:path';
import type {Curve, Training} from './experiment.js';
import type {Machine} from './machines.js';

/** What came of one training with one seed. */
export interface Cell {
  /** Tells trainings and seeds apart. */
  readonly key: string;
  readonly seed: number;
  /** By what measures are called, in percent. */
  readonly values: Readonly<Record<string, number>>;
  /** What the training took, its measurements not. */
  readonly seconds: number;
  /** What it ran on. */
  readonly on: Machine;
  readonly curve?: Curve;
  /** Why there are no values. */
  readonly failed?: string;
}

/** Plain data as text, the same whatever the order of its keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`)
    .join()}}`;
}

/**
 * Another number where the same settings come to other figures: to be raised when what they do not say changes, as the
 * neighbours and penalties of measure.ts, or heads, schedules and the preparation of images in training.ts,
 * train-one.ts and pictures.ts. Then all counts as not run.
 */
const EDITION = 1;

/** What tells a training with a seed apart: results of other settings are never taken for it. */
export const keyOf = (training: Training, seed: number): string =>
  createHash('sha256')
    .update(canonical({edition: EDITION, training, seed}))
    .digest('hex')
    .slice(0, 12);

/** The folder of a training among those of all. */
export const folderOf = (folder: string, training: Training, seed: number): string =>
  join(folder, `${training.method.toLowerCase()}-${keyOf(training, seed)}`);

/** Finished cells by their keys. */
export interface Store {
  find(key: string): Cell | undefined;
  /** Adds a cell; of the same training the first stays, and gets what measures it lacks. */
  add(cell: Cell): void;
}

/** Brings cells together, those of one key in one. */
export function storeOf(cells: Iterable<Cell>): Store {
  const found = new Map<string, Cell>();
  const add = (cell: Cell): void => {
    const known = found.get(cell.key);
    found.set(cell.key, {...cell, ...known, values: {...cell.values, ...known?.values}});
  };
  for (const cell of cells) add(cell);
  return {find: key => found.get(key), add};
}
