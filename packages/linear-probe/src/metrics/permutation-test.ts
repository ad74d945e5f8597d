import {createRandom, type Random} from '@contrastive/augment';
import {checkOptions, checkValue, choice, integer, required, type Rules} from '@contrastive/internal';
import {findClasses} from '../features.js';
import {checkScored, integersRule} from './checks.js';

/** Settings of `permutationTest`. */
export interface PermutationTestOptions {
  /** Draws the samples; any integer. */
  readonly seed: number;
  /** How many samples are drawn; 100,000 by default, as in the paper. */
  readonly samples?: number;
  /** What is compared: accuracy, or its mean per class; `'accuracy'` by default. */
  readonly of?: 'accuracy' | 'mean-per-class';
}

/** What `permutationTest` found. */
export interface PermutationTest {
  /** What kind of test it is: all exchanges were counted, or some drawn at random. */
  readonly kind: 'exact-permutation' | 'sampled-permutation';
  /** The measure of the first predictions minus that of the second. */
  readonly difference: number;
  /**
   * How often chance alone gives a difference as large, of either sign, in (0, 1]. From m samples, b of which are as
   * large, it is (b + 1) / (m + 1) (Phipson & Smyth 2010), never 0; from all m exchanges b / m.
   */
  readonly pValue: number;
  /** Rows that one of both has right and the other has not: the only ones whose exchange changes anything. */
  readonly discordant: number;
  /** How many exchanges were looked at. */
  readonly samples: number;
}

const rules: Rules<PermutationTestOptions> = {
  seed: required(integer()),
  samples: integer({least: 1}),
  of: choice('accuracy', 'mean-per-class'),
};

/** Keeps these draws apart from others of the same seed. */
const stream = 0x9e27;

/** Differences that are equal but for rounding, as a part of the largest there could be. */
const rounding = 1e-12;

/** Rows that count alike in the difference. */
interface Group {
  /** Of them, those that one of both has right and the other has not. */
  readonly discordant: number;
  /** Of these, those that the first has right, less those that the second has. */
  readonly lead: number;
  /** What one row adds to the difference. */
  readonly weight: number;
}

/** The rows of one group: all for accuracy, those of a class for its mean per class. */
function groupsOf(first: Int32Array, second: Int32Array, labels: Int32Array, perClass: boolean): readonly Group[] {
  const {classes, positions} = findClasses(labels);
  const count = perClass ? classes.length : 1;
  const [rows, discordant, lead] = [0, 0, 0].map(() => new Float64Array(count));
  for (let i = 0; i < labels.length; i++) {
    const group = perClass ? positions[i] : 0;
    const sign = Number(first[i] === labels[i]) - Number(second[i] === labels[i]);
    rows[group]++;
    discordant[group] += Math.abs(sign);
    lead[group] += sign;
  }
  return Array.from(rows, (n, g) => ({discordant: discordant[g], lead: lead[g], weight: 1 / (n * count)}));
}

/** The number of ones among 32 bits. */
function countOnes(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The lowest `count` bits, up to 32 of them. */
const lowest = (word: number, count: number): number => (count === 32 ? word : word & (2 ** count - 1));

/** How many of so many fair coins show heads. */
function heads(coins: number, random: Random): number {
  let sum = 0;
  for (let left = coins; left > 0; left -= 32) sum += countOnes(lowest(random.integer(2 ** 32), Math.min(left, 32)));
  return sum;
}

/**
 * Tests whether two encoders' predictions for the same rows differ by more than chance: exchanges both predictions of
 * random rows, and looks how often the difference is as large (Chen et al. 2020, arXiv:2002.05709, appendix B.8, with
 * 100,000 samples). An exchange flips the sign of the row's difference, and only rows that one of both has right have
 * one, so a sample is as many coins as there are such rows. Where all exchanges are no more than the samples asked for,
 * each is looked at once. For accuracy the result is that of McNemar's exact test. Not for average precision, whose
 * rows cannot be exchanged; and it says nothing about how much another training would change.
 *
 * @param first Predictions of one encoder, `[rows]`.
 * @param second Those of the other, `[rows]`.
 * @throws TypeError or RangeError for options out of range, numbers that are not whole, or lengths that differ.
 * @example
 * const {pValue} = permutationTest(ours.predictions, theirs.predictions, test.labels, {seed: 1});
 */
export function permutationTest(
  first: Int32Array,
  second: Int32Array,
  labels: Int32Array,
  options: PermutationTestOptions,
): PermutationTest {
  checkOptions('permutationTest', options, rules);
  checkValue('permutationTest', 'first', first, integersRule);
  checkValue('permutationTest', 'second', second, integersRule);
  checkScored('permutationTest', first, labels);
  checkScored('permutationTest', second, labels);
  const {seed, samples = 100_000, of = 'accuracy'} = options;
  const groups = groupsOf(first, second, labels, of === 'mean-per-class');
  const difference = groups.reduce((sum, {lead, weight}) => sum + lead * weight, 0);
  const discordant = groups.reduce((sum, group) => sum + group.discordant, 0);
  const changing = groups.filter(group => group.discordant > 0);
  const most = changing.reduce((sum, group) => sum + group.discordant * group.weight, 0);
  const least = Math.abs(difference) - rounding * most; // the difference itself may be 0 but for rounding
  /** Whether an exchange gives a difference as large, from the heads of each group. */
  const isAsLarge = (headsOf: (coins: number) => number): boolean =>
    Math.abs(
      changing.reduce((sum, group) => sum + (2 * headsOf(group.discordant) - group.discordant) * group.weight, 0),
    ) >= least;
  let larger = 0;
  if (2 ** discordant <= samples) {
    const all = 2 ** discordant;
    for (let pattern = 0; pattern < all; pattern++) {
      let bits = pattern;
      const take = (coins: number): number => {
        const taken = countOnes(lowest(bits, coins));
        bits = Math.floor(bits / 2 ** coins);
        return taken;
      };
      if (isAsLarge(take)) larger++;
    }
    return {kind: 'exact-permutation', difference, pValue: larger / all, discordant, samples: all};
  }
  const random = createRandom(seed, stream);
  for (let sample = 0; sample < samples; sample++) if (isAsLarge(coins => heads(coins, random))) larger++;
  return {kind: 'sampled-permutation', difference, pValue: (larger + 1) / (samples + 1), discordant, samples};
}
