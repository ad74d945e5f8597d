import {createRandom} from '@contrastive/augment';
import {findClasses} from './classes.js';

/** Keeps the streams of this file apart from others that use the same seed. */
const subsetStream = 0x5b5e;
const heldOutStream = 0x4e1d;

/** The positions of each class in random order, class by class. */
function shuffledByClass(
  labels: Int32Array,
  seed: number,
  stream: number,
): {readonly classes: Int32Array; readonly members: readonly Int32Array[]} {
  const {classes, positions} = findClasses(labels);
  const members = Array.from(classes, (): number[] => []);
  positions.forEach((c, i) => members[c].push(i));
  return {
    classes,
    members: members.map((list, c) =>
      createRandom(seed, stream, c)
        .permutation(list.length)
        .map(i => list[i]),
    ),
  };
}

/**
 * Which `count` images keep their label: the same number of each class as far as the labels allow, drawn by `seed`.
 *
 * Smaller subsets are the beginnings of larger ones of the same seed. The order goes round the classes, so every
 * beginning is balanced too.
 *
 * @returns positions in `labels`, `[count]`.
 * @throws RangeError when `count` is no whole number between the number of classes and that of labels.
 * @example
 * const few = selectRows(train, labelSubset(train.labels, 100, 1));
 */
export function labelSubset(labels: Int32Array, count: number, seed: number): Int32Array {
  const {classes, members} = shuffledByClass(labels, seed, subsetStream);
  if (!Number.isInteger(count) || count < classes.length || count > labels.length) {
    const bounds = `${classes.length} (the classes) to ${labels.length} (the labels)`;
    throw new RangeError(`labelSubset: count must be a whole number from ${bounds}, got ${count}.`);
  }
  const order = createRandom(seed, subsetStream, classes.length).permutation(classes.length);
  const subset = new Int32Array(count);
  let taken = 0;
  for (let round = 0; taken < count; round++) {
    for (const c of order) if (round < members[c].length && taken < count) subset[taken++] = members[c][round];
  }
  return subset;
}

/** Positions of rows to fit to and of rows to judge by. */
export interface Split {
  readonly fit: Int32Array;
  readonly heldOut: Int32Array;
}

/**
 * Holds out a fifth of each class, rounded up; of a class with one row nothing. Both parts ascend.
 *
 * @throws RangeError when no class has two rows.
 */
export function holdOutFifth(labels: Int32Array, seed: number): Split {
  const {members} = shuffledByClass(labels, seed, heldOutStream);
  const held = members.flatMap(list =>
    list.length < 2 ? [] : Array.from(list.subarray(0, Math.ceil(list.length / 5))),
  );
  if (held.length === 0) {
    const rows = `${labels.length} rows`;
    throw new RangeError(
      `chooseL2: no class has two labels, so none can be held out (${rows}). Give more labels, or a grid of one value.`,
    );
  }
  const chosen = new Set(held);
  return {fit: Int32Array.from(labels.keys()).filter(i => !chosen.has(i)), heldOut: Int32Array.from(held).sort()};
}
