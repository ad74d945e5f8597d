import {preparationFor, viewSize, type Augment, type Preparation} from '@contrastive/augment';
import {augmentRule, checkOptions, flag, integer, kind, required, type Rule, type Rules} from '@contrastive/internal';
import {seedRule} from '../by-class.js';
import type {ViewsPosition} from '../views.js';
import {shareRule, WHOLE, type Share} from './share.js';

/** Options of `twoViews`. */
export interface TwoViewsOptions {
  /** Makes the views: both, or each its own. */
  readonly augment: Augment | readonly [first: Augment, second: Augment];
  /** Images a batch. */
  readonly batchSize: number;
  /** Order and views are a function of it. */
  readonly seed: number;
  /** How many times each image comes; give this or `steps`. */
  readonly epochs?: number;
  /** How many batches the whole run has, those before `startStep` included; give this or `epochs`. */
  readonly steps?: number;
  /** The batch to begin with, counted from 0 over all epochs, to resume a run. */
  readonly startStep?: number;
  /** Of a stream: where the run stood after its last batch, as that batch said; the run goes on from there. */
  readonly position?: ViewsPosition;
  /** Leave out the last images of an epoch when they do not fill a batch. */
  readonly dropLast?: boolean;
  /** A new order each epoch; else the order of the source. A stream has an option of its own. */
  readonly shuffle?: boolean;
  /**
   * Keeps a batch as bytes, a quarter of its tensors' memory, until its images are looked at or asked for by `slice`:
   * for `train` with `microBatch`; false by default.
   */
  readonly asBytes?: boolean;
  /** How many batches are asked for before they are needed, where other threads make them. */
  readonly ahead?: number;
  /**
   * Which of several processes that train together this is, such as a communicator of `@contrastive/distributed`: each
   * makes its share of a batch, `batchSize / size` images in a row, so that together they see the images, in the views
   * and in the order, that one process sees. All are given the same seed and `batchSize`. By default one process makes
   * all.
   */
  readonly ranks?: Share;
}

/** Options of `oneView`: those of `twoViews`, with one augmentation. */
export interface OneViewOptions extends Omit<TwoViewsOptions, 'augment'> {
  /** Makes the view. */
  readonly augment: Augment;
}

/** The options with their defaults. */
export interface BatchOptions extends Omit<TwoViewsOptions, 'augment'> {
  /** Whose batches these are: what messages begin with. */
  readonly where: string;
  /** One for each view. */
  readonly augments: readonly Augment[];
  readonly startStep: number;
  readonly dropLast: boolean;
  readonly shuffle: boolean;
  readonly ahead: number;
  readonly asBytes: boolean;
  readonly ranks: Share;
}

// The first number after the seed says what a random stream is for.
export const ORDER_STREAM = 0;
export const VIEW_STREAM = 1;
export const SUBSTITUTE_STREAM = 2;

const isAugment = (value: unknown): boolean => augmentRule.judge(value) === undefined;

/** What makes batches of one view, or of two. */
export type Maker = 'oneView' | 'twoViews';

const isPosition = (value: unknown): boolean => {
  const {step, images, epoch, pass} = Object(value) as Partial<Record<keyof ViewsPosition, unknown>>;
  const counts = [step, images, epoch].every(count => Number.isSafeInteger(count) && Number(count) >= 0);
  return counts && typeof pass === 'object' && pass !== null;
};

const augmentRules: Readonly<Record<Maker, Rule>> = {
  oneView: required(augmentRule),
  twoViews: required(
    kind(
      'an augmentation, or one for each view,',
      value => isAugment(value) || (Array.isArray(value) && value.length === 2 && value.every(isAugment)),
      augmentRule.advice,
    ),
  ),
};

const rules: Omit<Rules<TwoViewsOptions>, 'augment'> = {
  batchSize: required(integer({least: 1})),
  seed: required(seedRule),
  epochs: integer({least: 1}),
  steps: integer({least: 1}),
  startStep: integer({least: 0}),
  position: kind(
    'the position of a batch (views.position)',
    isPosition,
    'if it was saved as text, parse it by JSON.parse',
  ),
  dropLast: flag,
  shuffle: flag,
  asBytes: flag,
  ahead: integer({least: 0}),
  ranks: shareRule,
};

/** Options with their defaults, or the error that names the first bad one. */
export function checked(where: Maker, options: TwoViewsOptions): BatchOptions {
  checkOptions(where, options, {augment: augmentRules[where], ...rules});
  const {augment, epochs, steps, position, startStep = position?.step ?? 0} = options;
  if ((epochs === undefined) === (steps === undefined))
    throw new TypeError(
      `${where}: expected either epochs or steps, got ${steps === undefined ? 'none' : 'both'}; give one.`,
    );
  if (position && startStep !== position.step) {
    throw new RangeError(
      `${where}: expected ${position.step}, the step of the position, as startStep, got ${startStep}; leave it out.`,
    );
  }
  const {dropLast = true, shuffle = true, asBytes = false, ahead = 2, ranks = WHOLE} = options;
  const both = 'view' in augment ? [augment, augment] : augment;
  const augments = where === 'oneView' ? both.slice(0, 1) : both;
  return {...options, where, augments, startStep, dropLast, shuffle, asBytes, ahead, ranks};
}

/**
 * How images are prepared in evaluation for an encoder that is trained on these views.
 *
 * @param size Height and width of the images, where all have the same.
 * @throws RangeError when the policies of the two views disagree.
 */
export function preparationOf(
  augments: readonly Augment[],
  channels: 1 | 3,
  size?: readonly [number, number],
): Preparation {
  const prepared = augments.map(augment => ({
    preparation: preparationFor(augment, channels),
    size: viewSize(augment) ?? (size && augment.outputSize(...size)),
  }));
  const [first] = prepared;
  const second = prepared.at(-1) ?? first;
  for (const [what, one, other] of [
    ['size', first.size, second.size],
    ['normalisation', first.preparation.normalization, second.preparation.normalization],
  ] as const) {
    const [mine, yours] = [one, other].map(value => (value === undefined ? 'none' : JSON.stringify(value)));
    if (mine !== yours) {
      throw new RangeError(
        `twoViews: expected augmentations of the same ${what} as augment, got ${mine} and ${yours}; one encoder sees ` +
          'both views.',
      );
    }
  }
  return first.preparation;
}
