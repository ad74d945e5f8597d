import {createRandom} from '@contrastive/augment';
import {checkValue, integer, list} from '@contrastive/internal';

/** Keeps the streams of label subsets apart from others that use the same seed. */
const SUBSET_STREAM = 0x5b5e;

const labelsRule = list(integer(), 'a list of integers');

/** Any integer, of which a random choice is a function. */
export const seedRule = integer();

/** The positions of labels by their class. */
export interface ByClass {
  /** The labels that occur, ascending, `[c]`. */
  readonly classes: Int32Array;
  /** The positions of each of them in random order, `[c]`. */
  readonly members: readonly Int32Array[];
}

/**
 * The positions of each class in random order, class by class. The order within a class is a function of seed, stream
 * and the place of the class among those that occur.
 *
 * @param stream What the order is for, which keeps the orders of one seed apart.
 * @example
 * const {classes, members} = shuffledByClass(Int32Array.of(1, 0, 1), 1, 0x5b5e);
 */
export function shuffledByClass(labels: Int32Array, seed: number, stream: number): ByClass {
  checkValue('shuffledByClass', 'labels', labels, labelsRule);
  checkValue('shuffledByClass', 'seed', seed, seedRule);
  checkValue('shuffledByClass', 'stream', stream, seedRule);
  const classes = Int32Array.from(new Set(labels)).sort();
  const lists = new Map(Array.from(classes, (label): [number, number[]] => [label, []]));
  labels.forEach((label, position) => lists.get(label)?.push(position));
  const members = Array.from(lists.values(), (positions, c) =>
    createRandom(seed, stream, c)
      .permutation(positions.length)
      .map(i => positions[i]),
  );
  return {classes, members};
}

/**
 * Round by round one position of every class that has one left, so that every beginning is balanced, and what is chosen
 * for a smaller count is a beginning of what is chosen for a larger one.
 *
 * @param order In which classes take part in a round.
 */
export function roundByRound(members: readonly Int32Array[], order: Int32Array, count: number): Int32Array {
  const taken = new Int32Array(count);
  let next = 0;
  for (let round = 0; next < count; round++) {
    for (const c of order) if (round < members[c].length && next < count) taken[next++] = members[c][round];
  }
  return taken;
}

/**
 * Which `count` images keep their label: the same number of each class as far as the labels allow, drawn by `seed`.
 *
 * Smaller subsets are the beginnings of larger ones of the same seed. The order goes round the classes, so every
 * beginning is balanced too.
 *
 * @returns Positions in `labels`, `[count]`.
 * @throws RangeError when `count` is not a whole number between the number of classes and that of labels.
 * @example
 * const few = subset(train, labelSubset(train.labels, 100, 1));
 */
export function labelSubset(labels: Int32Array, count: number, seed: number): Int32Array {
  checkValue('labelSubset', 'labels', labels, labelsRule);
  checkValue('labelSubset', 'seed', seed, seedRule);
  const {classes, members} = shuffledByClass(labels, seed, SUBSET_STREAM);
  const {length} = classes;
  checkValue('labelSubset', 'count', count, countRule(length, labels.length));
  return roundByRound(members, createRandom(seed, SUBSET_STREAM, length).permutation(length), count);
}

const countRule = (classes: number, labels: number) => ({
  ...integer({least: classes, most: labels}),
  expected: `an integer from ${classes} (the classes) to ${labels} (the labels)`,
});
