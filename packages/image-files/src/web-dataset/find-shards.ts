import {createHash} from 'node:crypto';
import {stat} from 'node:fs/promises';
import {dirname, relative, resolve, sep} from 'node:path';
import {reasonOf, show} from '@contrastive/internal';
import {expandShardPath} from './shard-paths.js';

/** A tar file of samples. */
export interface Shard {
  /** Its path as it was given. */
  readonly file: string;
  /**
   * What the identities of its images begin with: its path within the directory that all shards have in common, so its
   * base name when that is their own.
   */
  readonly name: string;
  /** Its size in bytes. */
  readonly size: number;
  /** When it was changed last, in milliseconds. */
  readonly modified: number;
}

/** `https://…`, and `pipe:…` of WebDataset. */
const NO_FILE = /^(?:[a-z][a-z0-9+.-]+:\/\/|pipe:)/i;

function checkPath(where: string, path: unknown): asserts path is string {
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(
      `${where}: expected the path of a shard or a list of paths, got ` +
        `${path === '' ? 'an empty string' : show(path)}${path instanceof Promise ? '; await it' : ''}.`,
    );
  }
  if (NO_FILE.test(path))
    throw new TypeError(`${where}: expected local files, got ${path}; download the shards and give their paths.`);
}

/** The deepest directory that has all files in it. */
function commonDirectory(files: readonly string[]): string {
  let directory = dirname(files[0]);
  for (const file of files) {
    while (!file.startsWith(directory.endsWith(sep) ? directory : directory + sep)) {
      if (dirname(directory) === directory) return ''; // on other drives
      directory = dirname(directory);
    }
  }
  return directory;
}

/** Size of each file and when it was changed last; throws when one is missing. */
async function statsOf(where: string, files: readonly string[]): Promise<Pick<Shard, 'size' | 'modified'>[]> {
  const found = await Promise.all(
    files.map(async file => {
      try {
        const stats = await stat(file);
        return stats.isFile() ? {size: stats.size, modified: stats.mtimeMs} : `${file} is not a file`;
      } catch (error) {
        return reasonOf(error);
      }
    }),
  );
  const missing = found.filter(stats => typeof stats === 'string');
  if (missing.length > 0) {
    throw new Error(
      `${where}: expected shards, got ${missing.length} of ${files.length} that cannot be read, the first: ` +
        `${missing[0]}; check the paths; ranges are written {000..127}, and * is not expanded.`,
    );
  }
  return found.filter(stats => typeof stats !== 'string');
}

/**
 * Finds the shards that paths and patterns stand for; opens none.
 *
 * @param where What messages begin with.
 * @throws TypeError when a path is no path of a file; RangeError when a pattern is wrong, or there is no shard, or one
 * comes twice; Error when files are missing.
 */
export async function findShards(where: string, shards: string | readonly string[]): Promise<Shard[]> {
  const patterns: readonly unknown[] = Array.isArray(shards) ? shards : [shards];
  const files = patterns.flatMap(pattern => {
    checkPath(where, pattern);
    return expandShardPath(where, pattern);
  });
  if (files.length === 0) throw new RangeError(`${where}: expected at least one shard, got an empty list.`);
  const whole = files.map(file => resolve(file));
  const seen = new Set<string>();
  for (const file of whole) {
    if (seen.has(file)) throw new RangeError(`${where}: expected each shard once, got ${file} twice; give it once.`);
    seen.add(file);
  }
  const stats = await statsOf(where, files);
  const directory = commonDirectory(whole);
  return files.map((file, i) => ({file, name: relative(directory, whole[i]).replaceAll(sep, '/'), ...stats[i]}));
}

/** What tells lists of shards apart: a hash of their names and sizes, in their order. */
export function fingerprint(shards: readonly Shard[]): string {
  return createHash('sha256')
    .update(JSON.stringify(shards.map(({name, size}) => [name, size])))
    .digest('hex')
    .slice(0, 16);
}
