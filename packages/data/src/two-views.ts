import {createRandom, type Augment} from '@contrastive/augment';
import {checkInteger} from './check.js';
import type {IndexedSource} from './source.js';
import type {Views} from './views.js';

/** Options of `twoViews`. */
export interface TwoViewsOptions {
  /** Makes the views. */
  readonly augment: Augment;
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
  /** Leave out the last images of an epoch when they do not fill a batch. */
  readonly dropLast?: boolean;
  /** A new order each epoch; else the order of the source. */
  readonly shuffle?: boolean;
}

// The first number after the seed says what a random stream is for.
const ORDER_STREAM = 0;
const VIEW_STREAM = 1;

/**
 * Number of batches an epoch has.
 *
 * @throws RangeError when it has none.
 */
export function stepsPerEpoch(length: number, batchSize: number, dropLast = true): number {
  checkInteger('stepsPerEpoch: length', length, 0);
  checkInteger('stepsPerEpoch: batchSize', batchSize, 1);
  const steps = dropLast ? Math.floor(length / batchSize) : Math.ceil(length / batchSize);
  if (steps === 0) {
    const remedy = length === 0 ? 'the source is empty' : 'use a smaller batch, or dropLast: false';
    throw new RangeError(`stepsPerEpoch: no batch of ${batchSize} fits into ${length} images; ${remedy}.`);
  }
  return steps;
}

/**
 * Creates the batches of a run: two random views of each image. The order is a function of seed and epoch, a view of seed, epoch, image and view
 * number, so a resumed run goes on as it would have, and batch size or prefetching change no view. Each iteration starts anew at `startStep`.
 *
 * @returns Batches whose tensors belong to whoever takes them (`disposeViews`).
 * @throws RangeError when an option is out of range, or when no batch fits the source.
 * @example
 * for await (const views of twoViews(source, {augment, batchSize: 256, seed: 1, epochs: 12})) {
 *   disposeViews(views);
 * }
 */
export function twoViews(source: IndexedSource, options: TwoViewsOptions): AsyncIterable<Views> {
  const {augment, batchSize, seed, epochs, steps, startStep = 0, dropLast = true, shuffle = true} = options;
  checkInteger('twoViews: seed', seed, Number.MIN_SAFE_INTEGER);
  checkInteger('twoViews: startStep', startStep, 0);
  if ((epochs === undefined) === (steps === undefined)) throw new RangeError('twoViews: expected either epochs or steps.');
  checkInteger(epochs === undefined ? 'twoViews: steps' : 'twoViews: epochs', epochs ?? steps ?? 0, 1);
  const perEpoch = stepsPerEpoch(source.length, batchSize, dropLast);
  const end = epochs === undefined ? steps ?? 0 : epochs * perEpoch;

  const orderOf = (epoch: number) => {
    if (shuffle) return createRandom(seed, ORDER_STREAM, epoch).permutation(source.length);
    return Int32Array.from({length: source.length}, (_, i) => i);
  };

  const batch = async (indices: Int32Array, epoch: number): Promise<Views> => {
    const {height, width, labels} = source;
    const params = (view: number) =>
      Array.from(indices, index => augment.sample(height, width, createRandom(seed, VIEW_STREAM, epoch, index, view)));
    const images = await source.read(indices);
    try {
      const first = augment.apply(images, params(0));
      try {
        const second = augment.apply(images, params(1));
        return {first, second, indices, ...(labels && {labels: indices.map(index => labels[index])})};
      } catch (error) {
        first.dispose();
        throw error;
      }
    } finally {
      images.dispose();
    }
  };

  return {
    async *[Symbol.asyncIterator]() {
      let order: Int32Array | undefined;
      for (let step = startStep; step < end; step++) {
        const epoch = Math.floor(step / perEpoch);
        const position = (step % perEpoch) * batchSize;
        if (order === undefined || position === 0) order = orderOf(epoch);
        yield await batch(order.slice(position, position + batchSize), epoch);
      }
    },
  };
}
