import {createRandom} from '@contrastive/augment';
import {checkOptions, checkValue, either, flag, list, number, type Rule, type Rules} from '@contrastive/internal';
import {seedRule, shuffledByClass} from './by-class.js';
import {checkSource, labelsOf} from './check-source.js';
import type {Source} from './source.js';
import {subset} from './subset.js';

/** Options of `split`. */
export interface SplitOptions {
  /** Which images come where is a function of it; any integer. */
  readonly seed?: number;
  /** Every part gets its share of every class; by default where there are labels. */
  readonly stratified?: boolean;
}

const rules: Rules<SplitOptions> = {seed: seedRule, stratified: flag};

/** Keeps this choice apart from others that use the same seed. */
const SPLIT_STREAM = 0x5917;

/** Shares may miss a sum of 1, and products of shares and counts an integer, by the rounding of their decimals. */
const ROUNDING = 1e-6;

const allShares = (shares: number | readonly number[]): readonly number[] =>
  typeof shares === 'number' ? [shares, 1 - shares] : shares;

const total = (shares: readonly number[]): number => shares.reduce((sum, share) => sum + share, 0);

const numbers = either(number(), list(number()));

const sharesRule: Rule = {
  expected: 'a number between 0 and 1, or numbers above 0 that add up to 1,',
  judge: value => {
    const judged = numbers.judge(value);
    if (judged) return judged;
    const shares = allShares(value as number | readonly number[]);
    return shares.every(share => share > 0) && Math.abs(total(shares) - 1) < ROUNDING ? undefined : 'value';
  },
};

/**
 * How many of `count` images each part gets: its share rounded down, and one more for the parts with the largest
 * remainders.
 *
 * @param owed What each part missed of its shares so far, which counts with the remainders; updated. Else many small
 * classes would all be rounded alike.
 */
function apportion(count: number, shares: readonly number[], owed: number[]): number[] {
  const quotas = shares.map(share => share * count);
  const counts = quotas.map(quota => Math.floor(quota + ROUNDING));
  const left = count - counts.reduce((sum, given) => sum + given, 0);
  const remainder = (part: number) => quotas[part] - counts[part];
  const rounded = Array.from(shares.keys()).filter(part => remainder(part) > ROUNDING);
  rounded.sort((a, b) => owed[b] + remainder(b) - owed[a] - remainder(a));
  for (const part of rounded.slice(0, left)) counts[part]++;
  for (const part of shares.keys()) owed[part] += remainder(part);
  return counts;
}

/**
 * Splits a source at random into parts that have no image in common and together have all, each in the order of the
 * source. The parts are the same on every machine: a function of labels (or length, when not stratified), shares and
 * seed. Every part gets its share of every class, rounded up or down.
 *
 * @param shares The first part's share of the images, between 0 and 1, where there are two; or the shares of all parts.
 * @returns the parts, in the order of the shares.
 * @throws RangeError when the shares do not add up to 1, when a part would be empty, or when it is to be stratified and
 * there are no labels.
 * @example
 * const [train, heldOut] = split(source, 0.9, {seed: 1});
 * const [train, validation, test] = split(source, [0.8, 0.1, 0.1]);
 */
export function split(source: Source, shares: number | readonly number[], options: SplitOptions = {}): Source[] {
  checkSource('split', source);
  checkValue('split', 'shares', shares, sharesRule);
  checkOptions('split', options, rules);
  const {seed = 0, stratified = source.labels !== undefined} = options;
  const all = allShares(shares).map(share => share / total(allShares(shares)));
  const classes = stratified
    ? shuffledByClass(labelsOf('split', source, 'stratified'), seed, SPLIT_STREAM).members
    : [createRandom(seed, SPLIT_STREAM).permutation(source.length)];
  const parts = all.map((): number[] => []);
  const owed = all.map(() => 0);
  for (const members of classes) {
    let from = 0;
    apportion(members.length, all, owed).forEach((count, part) => {
      for (const index of members.subarray(from, (from += count))) parts[part].push(index);
    });
  }
  const empty = parts.findIndex(part => part.length === 0);
  if (empty >= 0) {
    throw new RangeError(
      `split: expected shares of at least one image as shares, got ${all[empty]} of ${source.length} images; give a ` +
        'larger share, or more images.',
    );
  }
  return parts.map(part => subset(source, Int32Array.from(part).sort()));
}
