import {createRandom} from '@contrastive/augment';
import {checkInteger} from './check.js';
import type {IndexedSource} from './source.js';

/** How indices are shuffled. */
export interface ShuffleOptions {
  /** The order is a function of it. */
  readonly seed: number;
  /** What the order is for, which keeps the orders of one seed apart. */
  readonly stream: number;
  /** The name of the option that asks for classes, which errors name; false when classes do not matter. */
  readonly byClass: string | false;
}

/**
 * The indices of each class in random order, the classes in the order of their numbers; one list of all indices when
 * classes do not matter. The order within a class is a function of seed, stream and class.
 *
 * @throws RangeError when the seed is no integer, or when the source has no labels.
 */
export function shuffledByClass(
  where: string,
  {length, labels}: IndexedSource,
  {seed, stream, byClass}: ShuffleOptions,
): Int32Array[] {
  checkInteger(`${where}: seed`, seed, Number.MIN_SAFE_INTEGER);
  if (byClass === false) return [createRandom(seed, stream).permutation(length)];
  if (!labels)
    throw new RangeError(`${where}: expected a source with labels, got one without; give ${byClass}: false.`);
  const members = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const list = members.get(label);
    if (list) list.push(index);
    else members.set(label, [index]);
  });
  const classes = Array.from(members).sort(([a], [b]) => a - b);
  return classes.map(([label, list]) =>
    createRandom(seed, stream, label)
      .permutation(list.length)
      .map(i => list[i]),
  );
}
