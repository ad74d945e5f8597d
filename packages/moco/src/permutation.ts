import {seedFor} from '@contrastive/layers';

/**
 * The images of a batch in random order: a pure function of its arguments, so that a resumed run shuffles alike.
 *
 * @param view Which view is shuffled: 1 or 2.
 * @returns The numbers 0 to `n − 1`, sorted by a hash of each.
 */
export function permutation(n: number, seed: number, step: number, view: number): Int32Array {
  const keys = Array.from({length: n}, (_, i) => seedFor(seed, `shuffle/${view}/${step}/${i}`));
  return Int32Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || a - b);
}
