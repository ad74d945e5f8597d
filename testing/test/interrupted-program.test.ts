import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, expect, test, vi} from 'vitest';

const [processes, internal] = ['../../scripts/processes.mjs', '../../packages/internal/dist/node.js'].map(
  path => new URL(path, import.meta.url).href,
);
const root = mkdtempSync(join(tmpdir(), 'interrupted-'));
const program = join(root, 'program.mjs');
beforeAll(() => {
  // As a training does: the step that runs takes a while, then it saves.
  writeFileSync(
    program,
    `import {writeFileSync} from 'node:fs';
    import {join} from 'node:path';
    import {onFirstSignal} from ${JSON.stringify(internal)};
    const [, , folder, seconds] = process.argv;
    setInterval(() => undefined, 1000);
    onFirstSignal(['SIGHUP', 'SIGINT', 'SIGTERM'], name => {
      setTimeout(() => {
        writeFileSync(join(folder, 'saved'), name);
        process.exit({SIGHUP: 129, SIGINT: 130, SIGTERM: 143}[name]);
      }, 1000 * seconds);
    });
    writeFileSync(join(folder, 'ready'), '');`,
  );
});
afterAll(() => {
  rmSync(root, {recursive: true});
});

interface Ended {
  readonly code: number | null;
  readonly folder: string;
}

/** Runs the program, as `npm run example` does, whose step takes so long, and sends signals, so many seconds apart. */
async function interrupt(signals: readonly NodeJS.Signals[], apart: number, step = 3): Promise<Ended> {
  const folder = mkdtempSync(join(root, 'run-'));
  const script = `
    import {main, run} from ${JSON.stringify(processes)};
    await main(() => run(process.execPath, ${JSON.stringify([program, folder, String(step)])}, {program: true}));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true, // a process group of its own, as a terminal makes one
  });
  const closed = new Promise<number | null>(done => child.once('close', done));
  await vi.waitUntil(() => existsSync(join(folder, 'ready')), 30_000);
  for (const [i, signal] of signals.entries()) {
    if (i > 0) await sleep(1000 * apart);
    process.kill(-(child.pid ?? NaN), signal);
  }
  return {code: await closed, folder};
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s to all of a program lets it finish its step and save', {timeout: 60_000}, async (signal, status) => {
  const {code, folder} = await interrupt([signal, signal], 0.1); // npm sends it on
  expect(readFileSync(join(folder, 'saved'), 'utf8')).toBe(signal);
  expect(code).toBe(status);
});

test('a second Ctrl-C, after a moment, ends it at once', {timeout: 60_000}, async () => {
  const {code, folder} = await interrupt(['SIGINT', 'SIGINT'], 4, 10);
  expect(code).toBe(130);
  expect(existsSync(join(folder, 'saved'))).toBe(false);
});
