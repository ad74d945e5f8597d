/**
 * Locks between processes. Plain JavaScript with no dependency, because the root commands hold one before anything is
 * installed; its types are in lock.d.mts.
 */
import {linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {dirname} from 'node:path';
import {clearInterval, setInterval} from 'node:timers';
import {setTimeout as sleep} from 'node:timers/promises';

/** The holder says this often that it lives; where nobody can ask it, it counts as gone after `SILENCE`; in ms. */
const HEARTBEAT = 5_000;
const SILENCE = 60_000;
const POLL = 200;

/** Whether a process of this machine runs. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * When a process started, in the kernel's ticks, so that a number that was given out again is not mistaken for it;
 * empty where that is not known.
 */
export function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything; after it come the fields from the third on, and the start is the 22nd.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** Who holds a lock, `{pid, started, host}`. */
function readHolder(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Milliseconds since the lock was touched, 0 where there is none. */
function age(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function isGone(path, {pid, started, host}) {
  if (host !== hostname()) return age(path) > SILENCE; // a container or machine that shares this directory
  // Where nobody tells when a process began, another may have its number by now, even we.
  const unsure = started === '' || pid === process.pid;
  return !isAlive(pid) || startTime(pid) !== started || (unsure && age(path) > SILENCE);
}

/** Creates the lock with its contents in one step; false where there is one already. */
function tryCreate(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify({pid: process.pid, started: startTime(process.pid), host: hostname()}));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, {force: true});
  }
}

/** Takes away the lock of a holder that is gone, unless somebody else was faster. */
function removeStale(path, stale) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    // a new holder's goes back
    if (JSON.stringify(readHolder(aside)) !== JSON.stringify(stale)) linkSync(aside, path);
  } catch {
    // Somebody else took it away.
  }
  rmSync(aside, {force: true});
}

export async function withLock(path, {waiting, signal}, action) {
  mkdirSync(dirname(path), {recursive: true});
  for (let told = false; !tryCreate(path);) {
    const holder = readHolder(path);
    // One that says nothing is damaged: locks are created with their contents.
    if (holder === undefined ? age(path) > SILENCE : isGone(path, holder)) {
      removeStale(path, holder);
      continue;
    }
    if (holder !== undefined && !told) {
      told = true;
      waiting(holder.pid);
    }
    await sleep(POLL, undefined, {signal}).catch(() => signal?.throwIfAborted());
  }
  const beat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // Somebody removed the directory under us: the action will tell.
    }
  }, HEARTBEAT).unref();
  const release = () => {
    if (readHolder(path)?.pid === process.pid) rmSync(path, {force: true});
  };
  process.once('exit', release);
  try {
    return await action();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}
