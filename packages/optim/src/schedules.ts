import {
  callable,
  checkOptions,
  checkValue,
  integer,
  list,
  narrowed,
  number,
  required,
  type Rules,
} from '@contrastive/internal';
import type {Schedule} from './contract.js';

const rate = number({least: 0});
const count = integer({least: 1});

/** Options of {@link cosine}. */
export interface CosineOptions {
  /** The learning rate at step 0; finite, from 0 on. */
  readonly base: number;
  /** The step from which on the learning rate is 0; an integer from 1 on. */
  readonly steps: number;
}

const cosineRules: Rules<CosineOptions> = {base: required(rate), steps: required(count)};

/**
 * Half a cosine from `base` at step 0 to 0 at `steps`, without restarts (Loshchilov and Hutter 2017, arXiv 1608.03983,
 * equation 5).
 *
 * @throws `TypeError` or `RangeError` for a bad or unknown option.
 * @example
 * ```ts
 * cosine({base: 0.03, steps: 200})(100); // 0.015
 * ```
 */
export function cosine(options: CosineOptions): Schedule {
  checkOptions('cosine', options, cosineRules);
  const {base, steps} = options;
  return step => base * 0.5 * (1 + Math.cos(Math.PI * Math.min(step / steps, 1)));
}

/** Options of {@link warmupCosine}. */
export interface WarmupCosineOptions extends CosineOptions {
  /** The steps of linear growth before the cosine; an integer from 0 to below `steps`. */
  readonly warmupSteps: number;
}

const warmupRules: Rules<WarmupCosineOptions> = {...cosineRules, warmupSteps: required(integer({least: 0}))};

/**
 * The schedule of SimCLR: linear from 0 at step 0 to `base` at `warmupSteps`, then half a cosine to 0 at `steps` (Chen
 * et al. 2020, arXiv 2002.05709, section 2.2 and the authors' code).
 *
 * The learning rate of step 0 is 0, so the first step only moves statistics and momentum. For n images in batches of b
 * the authors' code takes `steps = ⌊n · epochs / b⌋ + 1` and `warmupSteps = ⌊n · warmupEpochs / b⌋`.
 *
 * @throws `TypeError` or `RangeError` for a bad or unknown option.
 * @example
 * ```ts
 * const learningRate = warmupCosine({base: linearScaling(0.3, 512), steps: 10_000, warmupSteps: 1_000});
 * ```
 */
export function warmupCosine(options: WarmupCosineOptions): Schedule {
  checkOptions('warmupCosine', options, warmupRules);
  const {base, steps, warmupSteps} = options;
  if (warmupSteps >= steps) {
    throw new RangeError(
      `warmupCosine: expected warmupSteps below steps (${steps}), got ${warmupSteps}; train longer, or warm up less.`,
    );
  }
  const decay = cosine({base, steps: steps - warmupSteps});
  return step => (step < warmupSteps ? (base * step) / warmupSteps : decay(step - warmupSteps));
}

/** Options of {@link multistep}. */
export interface MultistepOptions {
  /** The learning rate at step 0; finite, from 0 on. */
  readonly base: number;
  /** The steps at which the learning rate falls; increasing integers from 1 on. */
  readonly milestones: readonly number[];
  /** What each milestone multiplies the learning rate by; from 0 on, by default 0.1. */
  readonly factor?: number;
}

const increasing = narrowed(list(count, 'a list of increasing integers from 1 on'), (milestones: readonly number[]) =>
  milestones.every((at, i) => i === 0 || at > milestones[i - 1]),
);
const multistepRules: Rules<MultistepOptions> = {base: required(rate), milestones: required(increasing), factor: rate};

/**
 * The schedule of MoCo v1: `base`, multiplied by `factor` at each milestone (He et al. 2020, arXiv 1911.05722, section
 * 3.3).
 *
 * @throws `TypeError` or `RangeError` for a bad or unknown option.
 * @example
 * ```ts
 * multistep({base: 0.03, milestones: [120, 160]})(130); // 0.003
 * ```
 */
export function multistep(options: MultistepOptions): Schedule {
  checkOptions('multistep', options, multistepRules);
  const {base, milestones, factor = 0.1} = options;
  const at = [...milestones];
  return step => base * factor ** at.filter(milestone => step >= milestone).length;
}

/**
 * A schedule that counts epochs, as one of steps: the learning rate stays the same throughout an epoch,
 * `schedule(⌊step / stepsPerEpoch⌋)`, as in the code of MoCo's authors (He et al. 2020, arXiv 1911.05722).
 *
 * @param schedule A schedule whose unit is the epoch, counted from 0.
 * @param stepsPerEpoch An integer from 1 on.
 * @throws `TypeError` or `RangeError` for an argument out of range.
 * @example
 * ```ts
 * const mocoV1 = perEpoch(multistep({base: 0.03, milestones: [120, 160]}), stepsPerEpoch);
 * const mocoV2 = perEpoch(cosine({base: 0.03, steps: 200}), stepsPerEpoch); // 200 epochs
 * ```
 */
export function perEpoch(schedule: Schedule, stepsPerEpoch: number): Schedule {
  checkValue('perEpoch', 'schedule', schedule, callable);
  checkValue('perEpoch', 'stepsPerEpoch', stepsPerEpoch, count);
  return step => schedule(Math.floor(step / stepsPerEpoch));
}

/**
 * The learning rate of a batch by the linear rule, `base · batch / 256` (Goyal et al. 2017, arXiv 1706.02677).
 *
 * @param base The learning rate at 256 images; finite, from 0 on.
 * @param batch Images a step; an integer from 1 on.
 * @throws `TypeError` or `RangeError` for an argument out of range.
 */
export function linearScaling(base: number, batch: number): number {
  checkValue('linearScaling', 'base', base, rate);
  checkValue('linearScaling', 'batch', batch, count);
  return (base * batch) / 256;
}

/**
 * The learning rate of a batch by the square-root rule of SimCLR, `base · √batch`, better at small batches (Chen et al.
 * 2020, arXiv 2002.05709, appendix B.1; there with base 0.075).
 *
 * @param base The learning rate at one image; finite, from 0 on.
 * @param batch Images a step; an integer from 1 on.
 * @throws `TypeError` or `RangeError` for an argument out of range.
 */
export function squareRootScaling(base: number, batch: number): number {
  checkValue('squareRootScaling', 'base', base, rate);
  checkValue('squareRootScaling', 'batch', batch, count);
  return base * Math.sqrt(batch);
}
