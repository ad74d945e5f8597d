import type {Shard} from './find-shards.js';
import {damageOf} from './damage.js';
import {shardSamples} from './shard-samples.js';

/** Where an image lies in a shard. */
export interface Located {
  /** The number of its shard. */
  readonly shard: number;
  /** What it is known by: `shard/key`, and where a key comes again in a shard its number behind it. */
  readonly name: string;
  /** The name of its file in the shard. */
  readonly file: string;
  /** Where it begins in the shard and how long it is, in bytes. */
  readonly offset: number;
  readonly size: number;
  /** Class, where the shard has one. */
  readonly label?: number;
}

/** A name that none of the others has. */
function unique(name: string, others: ReadonlySet<string>): string {
  let found = name;
  for (let number = 2; others.has(found); number++) found = `${name} (${number})`;
  return found;
}

/**
 * Where the images of plain shards lie, in their order. Reads each shard once, and nothing but labels stays.
 *
 * @param report Told of files that are left out and of damaged shards, which are used up to the damage.
 */
export async function locateImages(
  shards: readonly Shard[],
  labelKey: string,
  report: (path: string, reason: string) => void,
): Promise<Located[]> {
  const found: Located[] = [];
  for (const [shard, {file, name}] of shards.entries()) {
    const names = new Set<string>();
    try {
      for await (const sample of shardSamples(file, {
        labelKey,
        wanted: () => true,
        locate: true,
        report: (inside, reason) => {
          report(`${file}/${inside}`, reason);
        },
      })) {
        const {key, name: inside, offset, size, label} = sample;
        const called = unique(`${name}/${key}`, names);
        names.add(called);
        found.push({shard, name: called, file: inside, offset, size, ...(label !== undefined && {label})});
      }
    } catch (error) {
      report(file, damageOf(error, names.size));
    }
  }
  return found;
}
