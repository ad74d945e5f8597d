import {spawnSync} from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {pathToFileURL} from 'node:url';
import {describe, expect, onTestFinished, test, vi} from 'vitest';
import {holdFolder, startTime, whereabouts, withLock} from '../src/node.js';

const silent = {
  waiting: (): void => {
    throw new Error('nobody to wait for');
  },
};

/** Where this process runs, as locks tell it. */
const here = {host: hostname(), where: whereabouts()};
const another = {host: 'pod-1', where: `${here.where}0`};

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
  const {directory, path} = lockIn({...holder, ...here});
  expect(await withLock(path, silent, () => Promise.resolve(1))).toBe(1);
  expect(readdirSync(directory)).toEqual([]);
});

const silentHolders = {
  'on another machine of our name': {...here, pid: 999999999, started: '1', where: 'another start pid:[1]'},
  'in another container': {...another, pid: 999999999, started: '1'},
  'of an older version': {pid: 999999999, started: '1', host: hostname()},
  'with our own number': {pid: process.pid, started: startTime(process.pid), ...here},
  'that nobody wrote whole': 'half',
  'that holds nothing': 'null',
};

test('a lock is taken over when it was silent for a minute, and not before', {timeout: 20_000}, async () => {
  const take = async (content: object | string): Promise<void> => {
    const {path} = lockIn(content);
    const waiting = withLock(path, {waiting: () => undefined}, () => Promise.resolve('in'));
    expect(await Promise.race([waiting, sleep(500, 'waits')])).toBe('waits');
    minuteOld(path);
    const since = performance.now();
    expect(await waiting).toBe('in');
    expect(performance.now() - since).toBeGreaterThan(5_000); // whatever its clock says, we listened
  };
  for (const [name, done] of Object.entries(silentHolders).map(([name, content]) => [name, take(content)] as const))
    await expect(done, name).resolves.toBeUndefined();
});

test('a wait ends when its signal fires', async () => {
  const {path} = lockIn({pid: process.ppid, started: startTime(process.ppid), ...here});
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

test('many locks at once listen for the end of the process once', async () => {
  const {directory} = lockIn();
  const before = process.listenerCount('exit');
  const names = Array.from({length: 12}, (_, i) => join(directory, `lock-${i}`));
  let held = 0;
  const all = names.map(name =>
    withLock(name, silent, async () => {
      held++;
      while (held < names.length) await sleep(5);
      return process.listenerCount('exit');
    }),
  );
  expect(new Set(await Promise.all(all))).toEqual(new Set([before + 1]));
  expect(process.listenerCount('exit')).toBe(before);
  expect(names.filter(name => existsSync(name))).toEqual([]);
});

test('what a lock could not be written to leaves nothing beside it', async () => {
  const {directory, path} = lockIn();
  mkdirSync(path); // a link cannot take its place, and nobody holds it
  const ended = withLock(path, {waiting: () => undefined, signal: AbortSignal.timeout(300)}, () => Promise.resolve());
  await expect(ended).rejects.toThrow(/timeout/);
  expect(readdirSync(directory)).toEqual(['lock']);
});

describe('a folder held by a process', () => {
  const elsewhere = {...another, pid: 7, started: '1'};

  interface Held {
    readonly directory: string;
    readonly path: string;
    readonly held: Promise<() => Promise<void>>;
    readonly said: () => string;
  }

  /** Tries to hold a folder whose lock another pod has; what was said meanwhile. */
  function hold(prepare: (path: string) => void = () => undefined): Held {
    const {directory, path} = lockIn(elsewhere);
    prepare(path);
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => {
      write.mockRestore();
    });
    const held = holdFolder('train', directory, {lock: 'lock'});
    return {directory, path, held, said: () => write.mock.calls.map(([text]) => String(text)).join('')};
  }

  test('elsewhere is refused at its next sign of life', async () => {
    const {path, held, said} = hold();
    const refused = expect(held).rejects.toThrow(/no other run writes, got .* which process 7 of pod-1 does/);
    await sleep(300);
    expect(said()).toMatch(/is held by process 7 of pod-1, silent for 0 s; waits for its next sign of life/);
    utimesSync(path, new Date(), new Date(Date.now() + 1000));
    await refused;
  });

  test('elsewhere is given over once that has been silent for a minute', {timeout: 20_000}, async () => {
    const {directory, held, said} = hold(minuteOld);
    const release = await held;
    expect(said()).toMatch(/is held by process 7 of pod-1, silent for 6\d s; waits/);
    await release();
    expect(readdirSync(directory)).toEqual([]);
  });
});

test(
  'a holder whose thread is busy gives signs of life, and learns that its lock was taken',
  {timeout: 20_000},
  async () => {
    const {path} = lockIn();
    const lost = vi.fn();
    await withLock(path, {...silent, lost}, async () => {
      await sleep(300); // its other thread begins
      const before = statSync(path).mtimeMs;
      for (const since = performance.now(); performance.now() - since < 3_000;); // as a long step of training
      expect(statSync(path).mtimeMs).toBeGreaterThan(before + 1_500);
      expect(lost).not.toHaveBeenCalled();
      writeFileSync(path, JSON.stringify({...another, pid: 7, started: '1'}));
      await vi.waitFor(() => {
        expect(lost).toHaveBeenCalledOnce();
      }, 5_000);
    });
    expect(readFileSync(path, 'utf8')).toContain('pod-1'); // it stays theirs
  },
);
