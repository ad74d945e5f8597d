import {createRandom} from '@contrastive/augment';
import {shuffledByClass} from './by-class.js';
import type {IndexedSource} from './source.js';
import {subset} from './subset.js';

/** Options of `fraction`. */
export interface FractionOptions {
  /** Which images are taken is a function of it; any integer. */
  readonly seed?: number;
  /** The same number of every class; else the classes do not matter. */
  readonly balanced?: boolean;
}

/** Keeps this choice apart from others that use the same seed. */
const FRACTION_STREAM = 0xf4ac;

/**
 * Takes part of a source: the 1 % or 10 % of the labels that semi-supervised evaluation may see. Takes `round(share ·
 * length)` images, at least one of each class, as many of every class as far as that has them: numbers differ by one at
 * most, but for classes that gave all. A smaller share of the same seed is part of a larger one, and the choice is the
 * same on every machine. The images keep their order.
 *
 * As the subsets of Chen et al. (2020, arXiv 2002.05709, §6), which are balanced by class. Here: the images are drawn
 * anew, so the classes get as many, but not the images of the published lists.
 *
 * @param share How much of the source, above 0 and up to 1.
 * @throws RangeError when the share or the seed is out of range, the source is empty, or it is to be balanced and there
 * are no labels.
 * @example
 * const few = fraction(train, 0.01); // 100 images of 10,000, ten of each of ten classes
 */
export function fraction(
  source: IndexedSource,
  share: number,
  {seed = 0, balanced = true}: FractionOptions = {},
): IndexedSource {
  if (!(share > 0 && share <= 1)) throw new RangeError(`fraction: expected a share above 0 and up to 1, got ${share}.`);
  if (source.length === 0) throw new RangeError('fraction: expected a source with images, got an empty one.');
  const classes = shuffledByClass('fraction', source, {seed, stream: FRACTION_STREAM, byClass: balanced && 'balanced'});
  const count = Math.max(classes.length, Math.round(share * source.length));
  // Round by round one image of every class that has one left, so that every beginning is balanced and smaller shares
  // are beginnings of larger ones.
  const order = createRandom(seed, FRACTION_STREAM, classes.length, 0).permutation(classes.length);
  const taken: number[] = [];
  for (let round = 0; taken.length < count; round++) {
    for (const c of order) if (round < classes[c].length && taken.length < count) taken.push(classes[c][round]);
  }
  return subset(source, Int32Array.from(taken).sort());
}
