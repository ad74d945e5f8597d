import {createRandom} from '@contrastive/augment';
import type {IndexedSource} from '../source.js';
import type {Views} from '../views.js';
import {inFlight} from './in-flight.js';
import {ORDER_STREAM, VIEW_STREAM, type BatchOptions} from './options.js';
import {stepsPerEpoch} from './steps-per-epoch.js';
import {fullBatch, type FullBatch} from './substitute.js';
import {viewsOfBytes} from './views-of-bytes.js';

/** One batch to make. */
interface Job {
  readonly indices: Int32Array;
  readonly epoch: number;
}

/** The batches of a run over a source of images that have an index. */
export function indexedBatches(source: IndexedSource, options: BatchOptions): AsyncIterable<Views> {
  const {augments, batchSize, seed, epochs, steps, startStep, dropLast, shuffle, ahead} = options;
  const perEpoch = stepsPerEpoch(source.length, batchSize, dropLast);
  const end = epochs === undefined ? (steps ?? 0) : epochs * perEpoch;
  const {channels, labels} = source;
  const views = source.views?.bind(source);

  const orderOf = (epoch: number) => {
    if (shuffle) return createRandom(seed, ORDER_STREAM, epoch).permutation(source.length);
    return Int32Array.from({length: source.length}, (_, i) => i);
  };

  function* jobs(): Generator<Job, void, undefined> {
    let order: Int32Array | undefined;
    for (let step = startStep; step < end; step++) {
      const epoch = Math.floor(step / perEpoch);
      const position = (step % perEpoch) * batchSize;
      if (order === undefined || position === 0) order = orderOf(epoch);
      yield {indices: order.slice(position, position + batchSize), epoch};
    }
  }

  const labelled = (indices: Int32Array) => ({indices, ...(labels && {labels: indices.map(index => labels[index])})});

  /** Of a source that makes no views itself: from its images as tensors. */
  const fromTensors = async ({indices, epoch}: Job): Promise<Views> => {
    const images = await source.read(indices);
    const made = (view: number) => {
      const [, height, width] = images.shape;
      const params = Array.from(indices, index =>
        augments[view].sample(height, width, createRandom(seed, VIEW_STREAM, epoch, index, view)),
      );
      return augments[view].apply(images, params);
    };
    try {
      const first = made(0);
      try {
        return {first, second: made(1), ...labelled(indices)};
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
      if (views === undefined) {
        for (const job of jobs()) yield await fromTensors(job);
        return;
      }
      const able = {length: source.length, channels, views};
      const make = ({indices, epoch}: Job): Promise<FullBatch> =>
        fullBatch(able, {indices, keys: indices, augments, stream: [seed, VIEW_STREAM, epoch]}, seed, epoch);
      const underWay = source.close ? ahead : 0; // a source without threads would make them in this one
      for await (const batch of inFlight(jobs(), make, underWay))
        yield {...viewsOfBytes(batch, augments, channels), ...labelled(batch.indices)};
    },
  };
}
