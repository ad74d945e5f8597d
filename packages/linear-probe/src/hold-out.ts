import {shuffledByClass} from '@contrastive/data';

/** Keep choices of rows apart from others that use the same seed: of penalties, and of settings of trainings. */
export const heldOutStreams = {penalties: 0x4e1d, trainings: 0x7e1d} as const;

/** Positions of rows to learn from and of rows to judge by, both ascending. */
export interface Parts {
  readonly fit: Int32Array;
  readonly heldOut: Int32Array;
}

/**
 * Holds out a fifth of each class, rounded up, which is a function of labels and seed; of a class with one row nothing.
 * Whoever needs every class in both parts, or any row held out, looks first.
 */
export function holdOutFifth(labels: Int32Array, seed: number, stream: number = heldOutStreams.penalties): Parts {
  const held = shuffledByClass(labels, seed, stream).members.flatMap(rows =>
    rows.length < 2 ? [] : Array.from(rows.subarray(0, Math.ceil(rows.length / 5))),
  );
  const chosen = new Set(held);
  return {fit: Int32Array.from(labels.keys()).filter(i => !chosen.has(i)), heldOut: Int32Array.from(held).sort()};
}
