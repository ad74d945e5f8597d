import type {NamedTensorMap} from '@tensorflow/tfjs-core';
import {
  callable,
  checkOptions as checkKeys,
  either,
  flag,
  having,
  integer,
  number,
  required,
  show,
  type Rules,
} from '@contrastive/internal';
import {alone, communicatorRule, type Communicator} from '@contrastive/layers';
import type {Optimizer, Schedule} from '@contrastive/optim';
import type {Method, Views} from './method.js';

/** What {@link train} needs. */
export interface TrainOptions<T extends NamedTensorMap = NamedTensorMap> {
  /** What is trained. Stays the caller's, as the optimiser does. */
  readonly method: Method<T>;
  /**
   * The batches, beginning with that of `startStep`. The run ends with them, unless `steps` ends it before. The loop
   * owns what it pulls: it disposes the images of each batch after its step, and calls `return()` of the iterator when
   * it ends in any way.
   */
  readonly views: AsyncIterable<Views> & {readonly startStep?: number; readonly stepsPerEpoch?: number};
  /** Made for `method.parameters`, by the same names. */
  readonly optimizer: Optimizer;
  /** The learning rate, or a function from the step to it. */
  readonly learningRate: Schedule | number;
  /**
   * Where the run ends: the last step is `steps − 1`. An integer from 0 on; then there must be as many views. By
   * default the run ends with the views.
   */
  readonly steps?: number;
  /** The first step, for a resumed run; an integer from 0 to `steps`, by default that of the views, else 0. */
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
  /**
   * Adds the method's metrics, and the norm of the gradient, to every so many records from step 0 on, and to those that
   * `flushEvery` asks for; an integer, 0 (the default) for never.
   */
  readonly metricsEvery?: number;
  /**
   * Reads all records after every so many steps, counted from step 0, whatever `readEvery` says, so that the last of
   * them has its `resume`: where to save. An integer from 1 on; by default only `readEvery` decides.
   */
  readonly flushEvery?: number;
  /**
   * Computes the gradient of the whole batch's loss with the memory of so many images: the batch goes through the
   * networks in slices, twice (gradient caching, Gao et al. 2021, arXiv 2101.06983). The same gradient to rounding
   * where the networks treat images apart; BatchNorm in training takes the statistics of each slice, which is another
   * function than that of the whole batch, and moves the running ones once a slice. With `asBytes` of `twoViews` views
   * stay bytes until their slice. An integer from 1 on; by default the batch goes through in one piece.
   */
  readonly microBatch?: number;
  /**
   * The most that the gradients of all parameters together may measure, above 0; longer ones are scaled down to it
   * (Pascanu et al. 2013, arXiv 1211.5063). By default they are taken as they are.
   */
  readonly clipNorm?: number;
  /** Adds `seconds`, `imagesPerSecond` and `tensorBytes` to the records; false by default, as they differ each time. */
  readonly timing?: boolean;
  /** Watches for collapse, and says so in a record's `remark`; true by default. Costs nothing on the device. */
  readonly guards?: boolean;
  /** Stops the run between two steps: records of finished steps still arrive, then the signal's reason is thrown. */
  readonly signal?: AbortSignal;
  /**
   * The ranks that train together: `await connect()` of `@contrastive/distributed`. Each is given its share of every
   * batch (`ranks` of `twoViews`), begins with the state of rank 0, and ends each step with the same state: losses
   * compare the rows of all, gradients are summed, running statistics averaged. By default this process trains by
   * itself.
   */
  readonly communicator?: Communicator;
  /**
   * After how many steps the states of all ranks are compared, by checksum; an integer from 1 on, by default 100. The
   * first step is compared too.
   */
  readonly compareEvery?: number;
}

const rules: Rules<TrainOptions> = {
  method: required(
    having('a method', ['targets', 'project', 'loss', 'update'], 'make one by simclr({…}) or moco({…})'),
  ),
  views: required(having('an async iterable of batches', [Symbol.asyncIterator], 'make one by twoViews(source, {…})')),
  optimizer: required(
    having('an optimiser of @contrastive/optim', ['apply', 'state', 'restore'], 'make one by sgd(method.parameters)'),
  ),
  learningRate: required(either(number({least: 0}), {...callable, expected: 'a function of the step'})),
  steps: integer({least: 0}),
  startStep: integer({least: 0}),
  seed: integer(),
  readEvery: integer({least: 1}),
  metricsEvery: integer({least: 0}),
  flushEvery: integer({least: 1}),
  microBatch: integer({least: 1}),
  clipNorm: number({above: 0}),
  timing: flag,
  guards: flag,
  signal: having('an AbortSignal', ['throwIfAborted'], 'give the signal of a controller'),
  communicator: communicatorRule,
  compareEvery: integer({least: 1}),
};

/** The learning rate of a step; throws unless it is finite and from 0 on. */
export function learningRateAt(learningRate: Schedule | number, step: number): number {
  const rate = typeof learningRate === 'number' ? learningRate : learningRate(step);
  if (!Number.isFinite(rate) || rate < 0) {
    throw new RangeError(
      `train: expected a finite number from 0 on as the learning rate of step ${step}, got ${show(rate)}; check the ` +
        'schedule.',
    );
  }
  return rate;
}

/** Options with their defaults. */
export type CheckedOptions<T extends NamedTensorMap> = TrainOptions<T> &
  Required<
    Pick<
      TrainOptions<T>,
      'startStep' | 'seed' | 'readEvery' | 'metricsEvery' | 'timing' | 'guards' | 'communicator' | 'compareEvery'
    >
  >;

/** Throws unless the optimiser changes what the method trains, where it says what it changes. */
function checkOptimizer(method: Method, {parameters}: Optimizer): void {
  if (parameters === undefined) return;
  const names = Object.keys({...method.parameters, ...parameters});
  const other = names.find(name => method.parameters[name] !== parameters[name]);
  if (other === undefined) return;
  const what = !(other in parameters) ? 'does not have' : other in method.parameters ? 'has another' : 'alone has';
  throw new Error(
    `train: expected an optimiser made for the method's parameters, got one that ${what} ${other}; make it by ` +
      'sgd(method.parameters), or alike, of this method, after layers are frozen.',
  );
}

/** Options with their defaults, or the error that names the first bad one. */
export function checkOptions<T extends NamedTensorMap>(options: TrainOptions<T>): CheckedOptions<T> {
  // What a method's own types are, the rules do not ask.
  checkKeys<TrainOptions>('train', options, rules);
  const {steps = Infinity, seed = 0, readEvery = 1, metricsEvery = 0, timing = false, guards = true} = options;
  const {method, views, optimizer, communicator = alone, compareEvery = 100} = options;
  const {startStep = views.startStep ?? 0} = options;
  if (views.startStep !== undefined && startStep !== views.startStep) {
    throw new RangeError(
      `train: expected ${views.startStep}, the step at which the views begin, as startStep, got ${startStep}; leave ` +
        'it out, or give it to twoViews.',
    );
  }
  if (startStep > steps) {
    throw new RangeError(`train: expected startStep to lie within the ${steps} steps, got ${startStep}; give more.`);
  }
  const variables = Object.values(method.parameters);
  if (variables.length === 0)
    throw new RangeError('train: expected parameters to train, got a method without; are all layers frozen?');
  if (new Set(variables).size < variables.length) {
    throw new Error(
      'train: expected each variable once in the parameters of the method, got one twice; give each ' +
        'variable one name.',
    );
  }
  checkOptimizer(method, optimizer);
  return {...options, startStep, seed, readEvery, metricsEvery, timing, guards, communicator, compareEvery};
}
