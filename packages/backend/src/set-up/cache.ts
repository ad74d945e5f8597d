import {spawn} from 'node:child_process';
import {accessSync, constants, mkdirSync, readFileSync, statSync} from 'node:fs';
import {mkdir, readdir, rename, rm, statfs, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {isAlive} from '@contrastive/internal/node';
import {diskFull, SetUpError, tellsOfFullDisk} from './set-up-error.js';

/**
 * Makes the cache's directory where it is missing.
 *
 * @throws SetUpError if it cannot be made or written to.
 */
export function requireCache(directory: string): void {
  try {
    mkdirSync(directory, {recursive: true});
    accessSync(directory, constants.W_OK);
  } catch (cause) {
    if (tellsOfFullDisk(cause)) {
      throw diskFull(directory, cause);
    }
    throw new SetUpError(
      'not-writable',
      `The cache cannot be written: ${(cause as Error).message}.`,
      'Name another directory with CONTRASTIVE_CACHE.',
      {cause},
    );
  }
}

/** Milliseconds in which a file system must answer: disks that sleep, and drives mounted on demand, take seconds. */
const patience = 10_000;

/**
 * Throws where the file system of the cache does not answer, as a network drive whose server is gone. Another process
 * asks it: who waits for such a file system neither hears signals nor ends.
 *
 * @param limit milliseconds to wait.
 * @throws SetUpError if there is no answer; the signal's reason once it fires.
 */
export function requireAnswer(directory: string, signal?: AbortSignal, limit = patience): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn('sh', ['-c', '[ -d "$1" ]', 'sh', directory], {stdio: 'ignore', detached: true});
    child.unref(); // it may not even be killed before the file system answers
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      child.kill('SIGKILL');
      settle();
    };
    const abort = (): void => {
      end(() => {
        reject(signal?.reason as Error);
      });
    };
    const timer = setTimeout(() => {
      end(() => {
        reject(
          new SetUpError(
            'not-writable',
            `The cache ${directory} did not answer within ${Math.round(limit / 1000)} s.`,
            'Look at the drive that it is on, or name another directory with CONTRASTIVE_CACHE.',
          ),
        );
      });
    }, limit);
    signal?.addEventListener('abort', abort, {once: true});
    // Whatever it said, or that there is no shell: what is wrong is told by whoever uses the cache.
    child.once('error', () => {
      end(resolve);
    });
    child.once('exit', () => {
      end(resolve);
    });
  });
}

/** What a finished directory of the cache holds: its files, relative, with their sizes in bytes. */
interface Manifest {
  readonly files: Readonly<Record<string, number>>;
}

const manifestName = 'manifest.json';

/** Whether a directory of the cache is finished and every file is there as it was written. */
export function isComplete(directory: string): boolean {
  try {
    const {files} = JSON.parse(readFileSync(join(directory, manifestName), 'utf8')) as Manifest;
    return Object.entries(files).every(([name, size]) => statSync(join(directory, name)).size === size);
  } catch {
    return false;
  }
}

/**
 * Makes a directory of the cache whole or not at all: `fill` writes into a temporary neighbour, which takes the name
 * once its manifest is written.
 *
 * @param directory the directory's final path.
 * @param fill writes the files and returns the names of those that matter, relative.
 * @throws SetUpError if the disk is full; whatever `fill` throws; the temporary directory is removed in each case.
 */
export async function writeEntry(
  directory: string,
  fill: (temporary: string) => Promise<readonly string[]>,
): Promise<void> {
  const temporary = `${directory}.tmp-${process.pid}`;
  try {
    await rm(temporary, {recursive: true, force: true});
    await mkdir(temporary, {recursive: true});
    const names = await fill(temporary);
    const files = Object.fromEntries(names.map(name => [name, statSync(join(temporary, name)).size]));
    await writeFile(join(temporary, manifestName), `${JSON.stringify({files} satisfies Manifest, undefined, 2)}\n`);
    await rm(directory, {recursive: true, force: true});
    await rename(temporary, directory);
  } catch (error) {
    await rm(temporary, {recursive: true, force: true, maxRetries: 3});
    throw tellsOfFullDisk(error) && !(error instanceof SetUpError) ? diskFull(directory, error) : error;
  }
}

/** Removes temporary directories of set-ups that no longer run. Call it holding the lock. */
export async function removeLeftovers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = Number(/\.tmp-(\d+)$/.exec(name)?.[1] ?? Number.NaN);
    if (pid > 0 && (pid === process.pid || !isAlive(pid))) {
      await rm(join(cache, name), {recursive: true, force: true});
    }
  }
}

/**
 * Checks that a directory's disk has room.
 *
 * @throws SetUpError if it has not.
 */
export async function requireSpace(directory: string, bytes: number): Promise<void> {
  const {bavail, bsize} = await statfs(directory);
  const gigabytes = (count: number): string => `${(count / 1e9).toFixed(1)} GB`;
  if (bavail * bsize < bytes) {
    throw new SetUpError(
      'disk-full',
      `The set-up needs ${gigabytes(bytes)} in ${directory}, its disk has ${gigabytes(bavail * bsize)} left.`,
      'Free some space, or name a directory on another disk with CONTRASTIVE_CACHE.',
    );
  }
}
