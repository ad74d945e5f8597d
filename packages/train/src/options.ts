import type {NamedTensorMap} from '@tensorflow/tfjs-core';
import type {Optimizer, Schedule} from '@contrastive/optim';
import type {Method, Views} from './method.js';

/** What {@link train} needs. */
export interface TrainOptions<T extends NamedTensorMap = NamedTensorMap> {
  /** What is trained. Stays the caller's, as the optimiser does. */
  readonly method: Method<T>;
  /**
   * The batches, beginning with that of `startStep`; at least `steps − startStep` of them. The loop owns what it pulls:
   * it disposes the images of each batch after its step, and calls `return()` of the iterator when it ends in any way.
   */
  readonly views: AsyncIterable<Views>;
  /** Made for `method.parameters`, by the same names. */
  readonly optimizer: Optimizer;
  /** The learning rate, or a function from the step to it. */
  readonly learningRate: Schedule | number;
  /** Where the run ends: the last step is `steps − 1`. An integer from 0 on. */
  readonly steps: number;
  /** The first step, for a resumed run; an integer from 0 to `steps`, by default 0. */
  readonly startStep?: number;
  /** Handed to the method with each step; an integer, by default 0. */
  readonly seed?: number;
  /**
   * How many steps share one read of the device; an integer from 1 on, by default 1. With 1 a loss that is not finite
   * stops the run before the trained weights change; BatchNorm's running statistics have moved in the step's forward
   * pass. With more the device need not wait, records arrive in groups of so many, and such a loss is noticed at the
   * end of its group.
   */
  readonly readEvery?: number;
  /** Adds the method's metrics to every so many records, from step 0 on; an integer, 0 (the default) for never. */
  readonly metricsEvery?: number;
  /** Stops the run between two steps: records of finished steps still arrive, then the signal's reason is thrown. */
  readonly signal?: AbortSignal;
}

/** What one step did. */
export interface StepRecord {
  /** Counted from 0. */
  readonly step: number;
  /** The loss on the step's batch, before its update. */
  readonly loss: number;
  /** The learning rate of the step's update. */
  readonly learningRate: number;
  /** The method's metrics on the step's batch, before its update, where `metricsEvery` asked for them. */
  readonly metrics?: Readonly<Record<string, number>>;
}

function checkInteger(name: string, value: unknown, low: number): void {
  if (typeof value !== 'number') throw new TypeError(`train: ${name} must be a number, got ${typeof value}.`);
  if (!Number.isSafeInteger(value) || value < low)
    throw new RangeError(`train: ${name} must be an integer from ${low} on, got ${value}.`);
}

/** The learning rate of a step; throws unless it is finite and from 0 on. */
export function learningRateAt(learningRate: Schedule | number, step: number): number {
  const rate = typeof learningRate === 'number' ? learningRate : learningRate(step);
  if (!Number.isFinite(rate) || rate < 0) {
    throw new RangeError(
      `train: the learning rate of step ${step} must be a finite number from 0 on, got ${rate}; check the schedule.`,
    );
  }
  return rate;
}

/** Options with their defaults, or the error that names the first bad one. */
export function checkOptions<T extends NamedTensorMap>(
  options: TrainOptions<T>,
): Required<Omit<TrainOptions<T>, 'signal'>> & TrainOptions<T> {
  const {steps, startStep = 0, seed = 0, readEvery = 1, metricsEvery = 0, method, learningRate} = options;
  checkInteger('steps', steps, 0);
  checkInteger('startStep', startStep, 0);
  checkInteger('seed', seed, Number.MIN_SAFE_INTEGER);
  checkInteger('readEvery', readEvery, 1);
  checkInteger('metricsEvery', metricsEvery, 0);
  if (startStep > steps) {
    throw new RangeError(
      `train: startStep must not lie above steps (${steps}), got ${startStep}; was this run longer when it was saved?`,
    );
  }
  if (typeof learningRate === 'number') learningRateAt(learningRate, startStep);
  const variables = Object.values(method.parameters);
  if (variables.length === 0)
    throw new RangeError('train: the method has no parameters to train; are all layers frozen?');
  if (new Set(variables).size < variables.length) {
    throw new Error(
      'train: the method names one variable twice in its parameters, so it would be updated twice; give each ' +
        'variable one name.',
    );
  }
  return {...options, startStep, seed, readEvery, metricsEvery};
}
