import type {Shard} from './find-shards.js';
import {damageOf} from './damage.js';
import {shardSamples, type ShardReading, type ShardSample} from './shard-samples.js';

/** A sample by its place in the shards; `sample` is there when it was read. */
export interface Place {
  readonly shard: number;
  /** How many samples of the shard come before it. */
  readonly entry: number;
  sample?: ShardSample;
}

/** Where samples are read, and who is told of what is bad. */
export interface ReadersOptions extends Pick<ShardReading, 'labelKey'> {
  readonly shards: readonly Shard[];
  /** Takes note of something bad in the shards. */
  readonly report: (path: string, reason: string) => void;
}

/** The open shards of a pass. */
export interface Readers {
  /** The next sample of a shard, or undefined at its end. A damage is reported, and is an end. */
  next(shard: number): Promise<Place | undefined>;
  /** Counts the next sample of a shard as taken, without reading it. */
  skip(shard: number): Place;
  /** How many samples of a shard were taken. */
  taken(shard: number): number;
  /**
   * Reads samples of one shard that were skipped, in their order; the shard stays open. Throws an Error when they are
   * not there.
   */
  fetch(shard: number, places: readonly Place[]): Promise<void>;
  /** Closes a shard. */
  close(shard: number): Promise<void>;
  /** Closes all shards. */
  closeAll(): Promise<void>;
}

/** Creates the readers of a pass. A shard is opened when its first sample is asked for. */
export function createReaders({shards, labelKey, report}: ReadersOptions): Readers {
  const counts = new Map<number, number>();
  const open = new Map<number, AsyncGenerator<ShardSample, void, undefined>>();
  const taken = (shard: number) => counts.get(shard) ?? 0;

  const readerOf = (shard: number, earlier: ReadonlySet<number> = new Set()) => {
    const known = open.get(shard);
    if (known !== undefined) return known;
    const {file} = shards[shard];
    const from = taken(shard);
    const reader = shardSamples(file, {
      labelKey,
      wanted: entry => entry >= from || earlier.has(entry),
      report: (name, reason) => {
        report(`${file}/${name}`, reason);
      },
    });
    open.set(shard, reader);
    return reader;
  };

  const skip = (shard: number, sample?: ShardSample): Place => {
    const entry = taken(shard);
    counts.set(shard, entry + 1);
    return {shard, entry, ...(sample && {sample})};
  };

  const close = async (shard: number) => {
    await open.get(shard)?.return();
    open.delete(shard);
  };

  return {
    taken,
    skip,
    close,
    next: async shard => {
      try {
        const sample = (await readerOf(shard).next()).value;
        if (sample) return skip(shard, sample);
      } catch (error) {
        report(shards[shard].file, damageOf(error, taken(shard)));
      }
      open.delete(shard);
      return undefined;
    },
    fetch: async (shard, places) => {
      const reader = readerOf(shard, new Set(places.map(({entry}) => entry)));
      for (const place of places) {
        const sample = (await reader.next()).value;
        if (sample?.entry !== place.entry) {
          const {file} = shards[shard];
          throw new Error(
            `${file}: expected sample ${place.entry}, which the position names, found none; the file was ` +
              'changed, start the pass without a position.',
          );
        }
        place.sample = sample;
      }
    },
    closeAll: async () => {
      await Promise.all([...open.keys()].map(close));
    },
  };
}
