/**
 * Locks between processes. Plain JavaScript with no dependency, because the root commands hold one before anything is
 * installed; its types are in lock.d.mts.
 */
import {randomBytes} from 'node:crypto';
import {linkSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {dirname} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {Worker} from 'node:worker_threads';

/** The holder says this often that it lives, in ms. */
const HEARTBEAT = 2_000;
/** Where nobody can ask it, it counts as gone after so long a silence, of which we were there for `WATCHED`. */
const SILENCE = 60_000;
const WATCHED = 3 * HEARTBEAT;
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

/** What `read` gives, or another value where the system does not tell. */
function told(read, otherwise) {
  try {
    return read().trim();
  } catch {
    return otherwise;
  }
}

/**
 * Among which processes a number means one: those of a machine since it started, and of a container, which counts its
 * own. Names of machines do not tell: copies have the same, and some change theirs with the network.
 */
export const whereabouts = () =>
  `${told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'), hostname())} ` +
  told(() => readlinkSync('/proc/self/ns/pid'), '');

/** This process, as it writes itself into a lock. */
const self = () => ({pid: process.pid, started: startTime(process.pid), host: hostname(), where: whereabouts()});

const readText = path => told(() => readFileSync(path, 'utf8'), undefined);

/** Who wrote a lock; undefined for what nobody wrote whole. */
function holderOf(text) {
  try {
    const holder = JSON.parse(text);
    return typeof holder?.pid === 'number' && typeof holder.host === 'string' ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a holder is in a container or on a machine that shares the directory, where nobody here can ask for it. */
const isElsewhere = ({where}) => where !== whereabouts();

/** Looks at a lock again and again: by our own clock, since that of another machine may be wrong. */
function watch(path) {
  let touched;
  let since = performance.now();
  let moved = false;
  return {
    look() {
      const now = statSync(path, {throwIfNoEntry: false})?.mtimeMs;
      if (now === touched) return;
      moved ||= touched !== undefined && now !== undefined;
      [touched, since] = [now, performance.now()];
    },
    /** Whether it was touched while we looked. */
    moved: () => moved,
    /** Milliseconds without a touch, as far as is known. */
    silence: () => Math.max(performance.now() - since, touched === undefined ? 0 : Date.now() - touched),
    isSilent() {
      const watched = performance.now() - since;
      return watched > SILENCE || (watched > WATCHED && this.silence() > SILENCE);
    },
  };
}

function isGone(holder, watched) {
  if (holder === undefined || isElsewhere(holder)) return watched.isSilent();
  const {pid, started} = holder;
  if (!isAlive(pid) || startTime(pid) !== started) return true;
  // Where nobody tells when a process began, another may have its number by now, even we.
  return (started === '' || pid === process.pid) && watched.isSilent();
}

/** A name beside a lock that no other process has; containers give the same numbers to theirs. */
const besides = path => `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;

/** Creates the lock with its contents in one step; false where there is one already. */
function tryCreate(path, text) {
  const own = besides(path);
  try {
    writeFileSync(own, text);
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
  } catch (error) {
    if (error.code === 'ENOENT') return; // somebody else took it away
    throw error;
  }
  try {
    if (readText(aside) !== stale) linkSync(aside, path); // a new holder's goes back
  } catch {
    // Another one is there already.
  }
  rmSync(aside, {force: true});
}

/** Touches the lock while it is ours, from a thread: a step of training may keep its own busy for minutes. */
const beats = `
const {readFileSync, utimesSync} = require('node:fs');
const {parentPort, workerData: {path, text, interval}} = require('node:worker_threads');
const timer = setInterval(() => {
  try {
    if (readFileSync(path, 'utf8') === text) return utimesSync(path, new Date(), new Date());
  } catch (error) {
    if (error.code !== 'ENOENT') return; // a disk that does not answer now
  }
  clearInterval(timer);
  parentPort.postMessage('lost');
}, interval);
`;

/** Begins to touch the lock; gives what ends it. */
function startBeating(path, text, lost) {
  let worker;
  try {
    worker = new Worker(beats, {eval: true, execArgv: [], workerData: {path, text, interval: HEARTBEAT}});
  } catch {
    return () => undefined; // no threads here: processes elsewhere count us as gone after a minute
  }
  let ended = false;
  worker.on('message', () => {
    if (!ended) lost?.();
  });
  worker.on('error', () => undefined); // the same
  worker.unref();
  return () => {
    ended = true;
    void worker.terminate();
  };
}

/** What gives back each lock that this process holds; one listener for all, because Node warns of more than ten. */
const held = new Set();
const releaseAll = () => {
  for (const release of held) release();
};

export async function withLock(path, {waiting, alive, lost, signal}, action) {
  mkdirSync(dirname(path), {recursive: true});
  const text = JSON.stringify(self());
  const watched = watch(path);
  for (let asked = false; !tryCreate(path, text);) {
    watched.look();
    const content = readText(path);
    const holder = holderOf(content);
    if (content !== undefined && isGone(holder, watched)) {
      removeStale(path, content);
    } else if (holder !== undefined) {
      const elsewhere = isElsewhere(holder)
        ? {host: holder.host, silent: watched.silence(), until: SILENCE}
        : undefined;
      if (!asked) waiting(holder.pid, elsewhere);
      asked = true;
      if (watched.moved()) alive?.(holder.pid, elsewhere);
    }
    await sleep(POLL, undefined, {signal}).catch(() => signal?.throwIfAborted());
  }
  const stop = startBeating(path, text, lost);
  const release = () => {
    try {
      if (readText(path) === text) rmSync(path, {force: true});
    } catch {
      // A disk that became read-only: the lock counts as given back when this process has ended.
    }
  };
  if (held.size === 0) process.on('exit', releaseAll);
  held.add(release);
  try {
    return await action();
  } finally {
    stop();
    held.delete(release);
    if (held.size === 0) process.off('exit', releaseAll);
    release();
  }
}
