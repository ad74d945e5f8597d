import type {Augment} from '@contrastive/augment';
import {checkInteger} from '../check.js';
import type {ViewsPosition} from '../views.js';

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
  /** How many batches are asked for before they are needed, where other threads make them. */
  readonly ahead?: number;
}

/** The options with their defaults. */
export interface BatchOptions {
  readonly augments: readonly [Augment, Augment];
  readonly batchSize: number;
  readonly seed: number;
  readonly epochs?: number;
  readonly steps?: number;
  readonly startStep: number;
  readonly position?: ViewsPosition;
  readonly dropLast: boolean;
  readonly shuffle: boolean;
  readonly ahead: number;
}

// The first number after the seed says what a random stream is for.
export const ORDER_STREAM = 0;
export const VIEW_STREAM = 1;
export const SUBSTITUTE_STREAM = 2;

/** Options with their defaults, or the error that names the first bad one. */
export function checkOptions(options: TwoViewsOptions): BatchOptions {
  const {augment, batchSize, seed, epochs, steps, startStep = 0, dropLast = true, shuffle = true, ahead = 2} = options;
  checkInteger('twoViews: seed', seed, Number.MIN_SAFE_INTEGER);
  checkInteger('twoViews: startStep', startStep, 0);
  checkInteger('twoViews: ahead', ahead, 0);
  if ((epochs === undefined) === (steps === undefined))
    throw new RangeError('twoViews: expected either epochs or steps.');
  checkInteger(epochs === undefined ? 'twoViews: steps' : 'twoViews: epochs', epochs ?? steps ?? 0, 1);
  checkInteger('twoViews: batchSize', batchSize, 1);
  return {...options, augments: checkAugments(augment), startStep: checkPosition(options), dropLast, shuffle, ahead};
}

/** The augmentation of each view; JavaScript callers may give anything. */
function checkAugments(augment: unknown): readonly [Augment, Augment] {
  const isAugment = (value: unknown): value is Augment =>
    typeof value === 'object' && value !== null && 'view' in value && 'sample' in value && 'outputSize' in value;
  if (isAugment(augment)) return [augment, augment];
  if (Array.isArray(augment) && augment.length === 2 && augment.every(isAugment)) return [augment[0], augment[1]];
  throw new TypeError(
    'twoViews: expected augment to be an augmentation, or two; make one of operations by augmentation([…]).',
  );
}

/** The first step of the run: that of the position, where there is one. */
function checkPosition({startStep, position}: TwoViewsOptions): number {
  if (position === undefined) return startStep ?? 0;
  const {step, images, epoch, pass} = Object(position) as Partial<Record<keyof ViewsPosition, unknown>>;
  const counts = [step, images, epoch].every(count => Number.isSafeInteger(count) && Number(count) >= 0);
  if (!counts || typeof pass !== 'object' || pass === null) {
    throw new TypeError(
      'twoViews: expected the position of a batch (views.position), got ' +
        `${JSON.stringify(position).slice(0, 60)}; if it was saved as text, parse it by JSON.parse.`,
    );
  }
  if (startStep !== undefined && startStep !== step) {
    throw new RangeError(
      `twoViews: the position is that after ${String(step)} batches, but startStep is ${startStep}; leave ` +
        'startStep out.',
    );
  }
  return Number(step);
}
