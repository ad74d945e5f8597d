import {createRandom} from '@contrastive/augment';
import {checkOptions, checkValue, flag, number, type Rules} from '@contrastive/internal';
import {roundByRound, seedRule, shuffledByClass} from './by-class.js';
import {checkSource, labelsOf} from './check-source.js';
import type {Source} from './source.js';
import {subset} from './subset.js';

/** Options of `fraction`. */
export interface FractionOptions {
  /** Which images are taken is a function of it; any integer. */
  readonly seed?: number;
  /** The same number of every class; else the classes do not matter. */
  readonly balanced?: boolean;
}

const rules: Rules<FractionOptions> = {seed: seedRule, balanced: flag};

const shareRule = number({above: 0, most: 1});

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
export function fraction(source: Source, share: number, options: FractionOptions = {}): Source {
  checkSource('fraction', source);
  checkValue('fraction', 'share', share, shareRule);
  checkOptions('fraction', options, rules);
  const {seed = 0, balanced = true} = options;
  const {length} = source;
  if (length === 0) throw new RangeError('fraction: expected images as source, got none.');
  const members = balanced
    ? shuffledByClass(labelsOf('fraction', source, 'balanced'), seed, FRACTION_STREAM).members
    : [createRandom(seed, FRACTION_STREAM).permutation(length)];
  const order = createRandom(seed, FRACTION_STREAM, members.length, 0).permutation(members.length);
  const count = Math.max(members.length, Math.round(share * length));
  return subset(source, roundByRound(members, order, count).sort());
}
