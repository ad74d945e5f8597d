import {createRandom} from '@contrastive/augment';
import {checkValue, inFlight, integer} from '@contrastive/internal';
import {checkGiven} from '../check-source.js';
import type {Source, ViewsRequest} from '../source.js';
import type {TwoViews} from '../views.js';
import {ORDER_STREAM, preparationOf, VIEW_STREAM, type BatchOptions} from './options.js';
import {batchOf} from './rows.js';
import {checkShared, ownPart} from './share.js';
import type {FullBatch} from './substitute.js';

/** One batch to make. */
interface Job {
  /** Of the whole batch, of which other ranks may have a part. */
  readonly whole: Int32Array;
  readonly epoch: number;
}

/**
 * Number of batches an epoch has.
 *
 * @throws RangeError when it has none.
 */
export function stepsPerEpoch(length: number, batchSize: number, dropLast = true): number {
  checkValue('stepsPerEpoch', 'length', length, integer({least: 0}));
  checkValue('stepsPerEpoch', 'batchSize', batchSize, integer({least: 1}));
  return countSteps('stepsPerEpoch', length, batchSize, dropLast);
}

function countSteps(where: string, length: number, batchSize: number, dropLast: boolean): number {
  const steps = dropLast ? Math.floor(length / batchSize) : Math.ceil(length / batchSize);
  if (steps > 0) return steps;
  const remedy = length === 0 ? 'give a source with images' : 'use a smaller batch, or dropLast: false';
  throw new RangeError(`${where}: expected images for a batch of ${batchSize}, got ${length}; ${remedy}.`);
}

/** The batches of a run over a source of images that have an index. */
export function indexedBatches(source: Source, options: BatchOptions): TwoViews {
  const {where, augments, batchSize, seed, epochs, startStep, dropLast, shuffle, ahead, ranks} = options;
  const perEpoch = countSteps(where, source.length, batchSize, dropLast);
  const left = source.length % batchSize;
  checkShared(where, batchSize, ranks, dropLast || left === 0 ? batchSize : left);
  const steps = epochs === undefined ? (options.steps ?? 0) : epochs * perEpoch;
  const {channels, labels, inThreads, size} = source;
  const preparation = preparationOf(augments, channels, size);

  const orderOf = (epoch: number) => {
    if (shuffle) return createRandom(seed, ORDER_STREAM, epoch).permutation(source.length);
    return Int32Array.from({length: source.length}, (_, i) => i);
  };

  function* jobs(): Generator<Job, void, undefined> {
    let order: Int32Array | undefined;
    for (let step = startStep; step < steps; step++) {
      const epoch = Math.floor(step / perEpoch);
      const position = (step % perEpoch) * batchSize;
      if (order === undefined || position === 0) order = orderOf(epoch);
      yield {whole: order.slice(position, position + batchSize), epoch};
    }
  }

  const make = async ({whole, epoch}: Job): Promise<FullBatch> => {
    const indices = ownPart(whole, ranks);
    const request: ViewsRequest = {indices, keys: indices, augments, stream: [seed, VIEW_STREAM, epoch]};
    const given = await source.views(request);
    checkGiven(where, given, augments.length, indices.length, channels);
    if (given.bad.length === 0) return {...given, indices};
    const {substituted} = await import('./substitute.js'); // which pages need not load at once
    return substituted(where, source, request, given, {seed, epoch, whole});
  };

  return {
    steps,
    stepsPerEpoch: perEpoch,
    startStep,
    async *[Symbol.asyncIterator]() {
      // A source without threads would make those ahead in this one.
      for await (const batch of inFlight(jobs(), make, inThreads ? ahead : 0)) {
        const {indices} = batch;
        yield await batchOf(batch, options, channels, {
          indices,
          ...(labels && {labels: indices.map(index => labels[index])}),
          preparation,
        });
      }
    },
  };
}
