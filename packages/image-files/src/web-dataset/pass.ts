import {createRandom} from '@contrastive/augment';
import type {StreamSample} from '@contrastive/data';
import type {BadImages} from '../bad-images.js';
import {noImages} from './no-images.js';
import {createOrder, type Order} from './order.js';
import type {Ended, PassKey, Progress} from './position.js';
import {createReaders, type Place, type Readers, type ReadersOptions} from './readers.js';

// The first number after the seed says what a random stream is for.
const SHARD_STREAM = 0x7a01;
const BUFFER_STREAM = 0x7a02;

/** What a pass needs beside its key. */
export interface PassSetup extends Omit<ReadersOptions, 'report'> {
  /** The most bytes of images that may wait in the buffer. */
  readonly memory: number;
  readonly bad: BadImages;
}

/** Tells the order what comes next of the shards that it wants, until it is time to draw. */
async function fill(order: Order<Place>, next: (shard: number) => Promise<Place | undefined>): Promise<void> {
  for (let shard = order.wanted(); shard !== undefined; shard = order.wanted()) order.give(await next(shard));
}

/**
 * Brings order and readers to where a pass stood: goes through its order in memory, since the lengths of the shards
 * that have ended are known, and then reads again what waits in the buffer. Gives the bytes of that.
 */
async function goTo({drawn, ended}: Progress, order: Order<Place>, readers: Readers): Promise<number> {
  const lengths = new Map(ended);
  const waiting = new Set<Place>();
  for (let i = 0; i < drawn; i++) {
    for (let shard = order.wanted(); shard !== undefined; shard = order.wanted()) {
      const place = lengths.get(shard) === readers.taken(shard) ? undefined : readers.skip(shard);
      if (place !== undefined) waiting.add(place);
      order.give(place);
    }
    const place = order.draw();
    if (place === undefined)
      throw new Error(
        `webDataset: expected a position within the pass, got ${drawn} samples, of which there are ${i}.`,
      );
    waiting.delete(place);
  }
  const places = [...waiting];
  for (const shard of new Set(places.map(place => place.shard))) {
    await readers.fetch(
      shard,
      places.filter(place => place.shard === shard),
    );
    if (lengths.has(shard)) await readers.close(shard);
  }
  return places.reduce((sum, {sample}) => sum + (sample?.bytes.length ?? 0), 0);
}

/** One pass, from its beginning or on from where it stood. */
export async function* runPass(
  key: PassKey,
  setup: PassSetup,
  from?: Progress,
): AsyncGenerator<StreamSample, void, undefined> {
  const {shards, labelKey, memory, bad} = setup;
  const {seed, epoch, shuffle, interleave, shuffleBuffer} = key;
  const shardOrder = shuffle ? createRandom(seed, SHARD_STREAM, epoch).permutation(shards.length) : [...shards.keys()];
  const order = createOrder<Place>(
    shardOrder,
    interleave,
    Math.max(1, shuffleBuffer),
    createRandom(seed, BUFFER_STREAM, epoch),
  );
  const readers = createReaders({shards, labelKey, report: bad.report});
  // only grows, so a position copies it when it is asked for
  const ended: Ended[] = from === undefined ? [] : [...from.ended];
  let drawn = from?.drawn ?? 0;
  let held = 0; // bytes of the samples that wait

  const next = async (shard: number) => {
    const place = await readers.next(shard);
    bad.check();
    held += place?.sample?.bytes.length ?? 0;
    if (held > memory) {
      const remedy = `lower shuffleBuffer, now ${shuffleBuffer}, or raise memory`;
      throw new Error(`webDataset: expected at most ${memory} bytes of images in the buffer, got ${held}; ${remedy}.`);
    }
    if (place === undefined) ended.push([shard, readers.taken(shard)]);
    return place;
  };

  try {
    if (from !== undefined) held = await goTo(from, order, readers);
    for (;;) {
      await fill(order, next);
      const place = order.draw();
      if (place?.sample === undefined) break;
      const {
        shard,
        sample: {key: name, name: file, bytes, label},
      } = place;
      held -= bytes.length;
      const progress = {drawn: ++drawn, count: ended.length};
      yield {
        key: `${shards[shard].name}/${name}`,
        path: `${shards[shard].file}/${file}`,
        bytes,
        ...(label !== undefined && {label}),
        get position() {
          return {...key, drawn: progress.drawn, ended: ended.slice(0, progress.count)};
        },
      };
    }
    if (drawn === 0) {
      throw noImages('webDataset', shards, bad.list);
    }
  } finally {
    await readers.closeAll();
  }
}
