/**
 * Locks between processes. Plain JavaScript with no dependency, because the root commands hold one before anything is
 * installed; its types are in lock.d.mts.
 */
import {randomBytes} from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
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

/** Which processes can be asked by their numbers; empty where all of the machine can. Containers have their own. */
function pidNamespace() {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** This process, as it writes itself into a lock. */
const self = () => ({pid: process.pid, started: startTime(process.pid), host: hostname(), namespace: pidNamespace()});

/** Who holds a lock, as `self` was then. */
function readHolder(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** When the lock was touched, now where there is none. */
function touched(path) {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return Date.now();
  }
}

const age = path => Date.now() - touched(path);

/** Whether a holder is in a container or on a machine that shares the directory, where nobody here can ask for it. */
const isElsewhere = ({host, namespace = ''}) => host !== hostname() || namespace !== pidNamespace();

function isGone(path, holder) {
  if (isElsewhere(holder)) return age(path) > SILENCE;
  const {pid, started} = holder;
  // Where nobody tells when a process began, another may have its number by now, even we.
  const unsure = started === '' || pid === process.pid;
  return !isAlive(pid) || startTime(pid) !== started || (unsure && age(path) > SILENCE);
}

/** A name beside a lock that no other process has; containers give the same numbers to theirs. */
const besides = path => `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;

/** Creates the lock with its contents in one step; false where there is one already. */
function tryCreate(path) {
  const own = besides(path);
  try {
    writeFileSync(own, JSON.stringify(self()));
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
  const aside = besides(path);
  try {
    renameSync(path, aside);
    // a new holder's goes back
    if (JSON.stringify(readHolder(aside)) !== JSON.stringify(stale)) linkSync(aside, path);
  } catch {
    // Somebody else took it away.
  }
  rmSync(aside, {force: true});
}

export async function withLock(path, {waiting, alive, signal}, action) {
  mkdirSync(dirname(path), {recursive: true});
  const since = touched(path);
  for (let told = false; !tryCreate(path);) {
    const holder = readHolder(path);
    // One that says nothing is damaged: locks are created with their contents.
    if (holder === undefined ? age(path) > SILENCE : isGone(path, holder)) {
      removeStale(path, holder);
      continue;
    }
    if (holder !== undefined) {
      const elsewhere = isElsewhere(holder) ? {host: holder.host, silent: age(path), until: SILENCE} : undefined;
      if (!told) waiting(holder.pid, elsewhere);
      told = true;
      if (touched(path) > since) alive?.(holder.pid, elsewhere);
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
    if (JSON.stringify(readHolder(path)) !== JSON.stringify(self())) return;
    try {
      rmSync(path, {force: true});
    } catch {
      // A disk that became read-only: the lock counts as given back when this process has ended.
    }
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
