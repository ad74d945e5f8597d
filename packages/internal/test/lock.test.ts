import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {pathToFileURL} from 'node:url';
import {expect, onTestFinished, test} from 'vitest';
import {startTime, withLock} from '../src/node.js';

const silent = {
  waiting: (): void => {
    throw new Error('nobody to wait for');
  },
};

/** A directory for one test, and the lock in it, held as `content` says. */
function lockIn(content?: object | string): {directory: string; path: string} {
  const directory = mkdtempSync(join(tmpdir(), 'contrastive-lock-'));
  onTestFinished(() => {
    rmSync(directory, {recursive: true});
  });
  const path = join(directory, 'lock');
  if (content !== undefined) writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return {directory, path};
}

const minuteOld = (path: string): void => {
  utimesSync(path, new Date(), new Date(Date.now() - 61_000));
};

test('a lock lets one in at a time, and the second says once whom it waits for', async () => {
  const {directory, path} = lockIn();
  const events: string[] = [];
  const first = withLock(path, silent, async () => {
    events.push('first in');
    await sleep(500);
    events.push('first out');
  });
  const waiting = (pid: number): void => {
    events.push(`waits for ${pid}`);
  };
  const second = withLock(path, {waiting}, () => Promise.resolve(events.push('second in')));
  await Promise.all([first, second]);
  expect(events).toEqual(['first in', `waits for ${process.pid}`, 'first out', 'second in']);
  expect(readdirSync(directory)).toEqual([]);
});

test('its directory is made where it is missing', async () => {
  const {directory} = lockIn();
  expect(await withLock(join(directory, 'cache', 'lock'), silent, () => Promise.resolve(1))).toBe(1);
});

test.each([
  ['whose process is gone', {pid: 999999999, started: '1'}],
  ['whose process number was given out again', {pid: process.ppid, started: 'earlier'}],
])('the lock of a holder %s is taken over', async (_name, holder) => {
  const {directory, path} = lockIn({...holder, host: hostname()});
  expect(await withLock(path, silent, () => Promise.resolve(1))).toBe(1);
  expect(readdirSync(directory)).toEqual([]);
});

test.each([
  ['on another machine', {pid: 1, started: '1', host: `not-${hostname()}`}],
  ['with our own number', {pid: process.pid, started: startTime(process.pid), host: hostname()}],
  ['that nobody wrote whole', 'half'],
])('a lock %s is taken over when it was silent for a minute, and not before', async (_name, content) => {
  const {path} = lockIn(content);
  const waiting = withLock(path, {waiting: () => undefined}, () => Promise.resolve('in'));
  expect(await Promise.race([waiting, sleep(500, 'waits')])).toBe('waits');
  minuteOld(path);
  expect(await waiting).toBe('in');
});

test('a wait ends when its signal fires', async () => {
  const {path} = lockIn({pid: process.ppid, started: startTime(process.ppid), host: hostname()});
  const waiting = withLock(path, {waiting: () => undefined, signal: AbortSignal.timeout(100)}, () => Promise.resolve());
  await expect(waiting).rejects.toThrow(/timeout/);
});

test('a process that exits while it holds a lock leaves none', () => {
  const {directory, path} = lockIn();
  const module = pathToFileURL(join(import.meta.dirname, '../src/node/lock.mjs')).href;
  const script = `import {withLock} from '${module}'; await withLock('${path}', {}, async () => process.exit(3));`;
  expect(spawnSync(process.execPath, ['--input-type=module', '-e', script]).status).toBe(3);
  expect(readdirSync(directory)).toEqual([]);
});
