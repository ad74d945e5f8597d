import {withSeededRandom} from '@contrastive/internal';
import type {StepContext} from './method.js';
import type {CheckedOptions} from './options.js';

/** A number of 32 bits that depends on every bit of all three. */
function mixed(seed: number, step: number, place: number): number {
  const scatter = (value: number): number => Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return scatter(scatter(scatter(seed | 0) ^ (step + 1)) ^ place) >>> 0;
}

/**
 * Runs a part of a step so that what layers and method draw at random (dropout) is a function of seed, step and `place`
 * in the step: the same in both forward passes of a micro-batch, and in a resumed run.
 */
export const inContext = <R>({seed, step}: StepContext, place: number, action: () => R): R =>
  withSeededRandom(mixed(seed, step, place), action);

/** Between the places of two ranks. */
const RANK = 0x10000;

/** The same for what each rank does with images of its own, which draws otherwise on each. */
export const inOwnContext = <R>(context: Required<StepContext>, place: number, action: () => R): R =>
  inContext(context, place + RANK * context.communicator.rank, action);

/** What a step knows of its place in a run. */
export const contextOf = (
  {seed, communicator}: Pick<CheckedOptions<never>, 'seed' | 'communicator'>,
  step: number,
): Required<StepContext> => ({step, seed, communicator});
