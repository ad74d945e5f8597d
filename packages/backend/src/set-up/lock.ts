import {linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {isAlive, startTime} from './process-identity.js';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly started: string;
  readonly host: string;
}

/** The holder says that it lives this often; on other machines it counts as gone after `silence`. Milliseconds. */
const heartbeat = 5_000;
const silence = 60_000;
const poll = 200;

const readHolder = (path: string): Holder | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
};

/** Milliseconds since the lock was touched, 0 where there is none. */
const age = (path: string): number => {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
};

const isGone = (path: string, {pid, started, host}: Holder): boolean => {
  if (host === hostname()) {
    return !isAlive(pid) || startTime(pid) !== started;
  }
  return age(path) > silence; // a container or machine that shares this cache
};

/** Creates the lock with its contents in one step; false where there is one already. */
const tryCreate = (path: string): boolean => {
  const own = `${path}.${process.pid}`;
  const holder: Holder = {pid: process.pid, started: startTime(process.pid), host: hostname()};
  writeFileSync(own, JSON.stringify(holder));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
    return false;
  } finally {
    rmSync(own, {force: true});
  }
};

/** Takes away the lock of a holder that is gone, unless somebody else was faster. */
const removeStale = (path: string, stale: Holder): void => {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (JSON.stringify(readHolder(aside)) !== JSON.stringify(stale)) {
      linkSync(aside, path); // it was a new holder's: give it back
    }
  } catch {
    // Somebody else took it away.
  }
  rmSync(aside, {force: true});
};

/** What a wait for the lock needs. */
export interface LockOptions {
  /** Called once, with the number of the process that is waited for. */
  readonly waiting: (pid: number) => void;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/**
 * Runs `action` while no other process runs one with a lock in the same directory. The lock of a process that died is
 * taken over.
 *
 * @param directory where the lock lies; made where it is missing.
 * @throws the signal's reason if it fires during the wait; what `action` throws.
 */
export async function withLock<T>(
  directory: string,
  {waiting, signal}: LockOptions,
  action: () => Promise<T>,
): Promise<T> {
  mkdirSync(directory, {recursive: true});
  const path = join(directory, 'lock');
  let told = false;
  while (!tryCreate(path)) {
    const holder = readHolder(path);
    if (holder !== undefined && isGone(path, holder)) {
      removeStale(path, holder);
      continue;
    }
    if (holder === undefined && age(path) > silence) {
      rmSync(path, {force: true}); // damaged: locks are created with their contents
      continue;
    }
    if (holder !== undefined && !told) {
      told = true;
      waiting(holder.pid);
    }
    await sleep(poll, undefined, {signal}).catch(() => {
      signal?.throwIfAborted();
    });
  }
  const beat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // Somebody removed the cache under us: the set-up will tell.
    }
  }, heartbeat).unref();
  try {
    return await action();
  } finally {
    clearInterval(beat);
    if (readHolder(path)?.pid === process.pid) {
      rmSync(path, {force: true});
    }
  }
}
