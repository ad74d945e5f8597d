import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {launch, withMpi, type JobEnd, type Launcher} from '@contrastive/testing';
import {latestCheckpoint} from '@contrastive/train/node';
import * as tf from '@tensorflow/tfjs-core';
import {afterAll, expect} from 'vitest';

const program = fileURLToPath(new URL('../programs/rank-run.mjs', import.meta.url));
const verbs = fileURLToPath(new URL('../programs/rank-verbs.mjs', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'rank-failures-'));
const env = {CONTRASTIVE_BACKEND: tf.getBackend()};
afterAll(() => {
  rmSync(root, {recursive: true});
});

/** MPICH's launcher may return before a process that it killed is gone, in milliseconds. */
const GONE = 3000;
/** How soon a job ends after a rank has failed, in seconds. */
const SOON = 10;

const stepsIn = (folder: string): number[] =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => (JSON.parse(line) as {readonly step: number}).step);

/** Runs a job one of whose ranks fails after step 4, and says how long it took from there on. */
async function failed(
  launcher: Launcher,
  folder: string,
  settings: object,
): Promise<JobEnd & {readonly after: number}> {
  let failedAt = Infinity;
  const began = performance.now();
  const end = await launch(launcher, [program, folder, JSON.stringify({steps: 12, failsAfter: 4, ...settings})], {
    ranks: 2,
    env,
    onOutput: text => {
      if (text.includes('step 4 ')) failedAt = Math.min(failedAt, performance.now());
    },
  });
  return {...end, after: (began - failedAt) / 1000 + end.seconds};
}

/** Goes on with a run that came to grief, with another number of ranks, to its end. */
async function goesOn(launcher: Launcher | undefined, folder: string, ranks: number): Promise<void> {
  await sleep(GONE);
  const newest = await latestCheckpoint(join(folder, 'checkpoints'));
  expect(newest).toMatch(/step-0000000[245]$/); // the last one is written beside the training
  const end = await launch(launcher, [program, folder, JSON.stringify({steps: 12, resume: true})], {ranks, env});
  expect(end.code, end.errors).toBe(0);
  expect(stepsIn(folder)).toEqual([...Array(12).keys()]);
}

withMpi('a rank that is killed ends the job, and the run goes on', async launcher => {
  const folder = mkdtempSync(join(root, 'kill-'));
  const end = await failed(launcher, folder, {failing: 1, how: 'kill'});
  expect(end.code).not.toBe(0);
  expect(end.after).toBeLessThan(SOON);
  await goesOn(launcher, folder, 3);
});

withMpi(
  'a rank that throws ends the job, and its error is told once',
  async launcher => {
    const folder = mkdtempSync(join(root, 'throw-'));
    const end = await failed(launcher, folder, {failing: 1, how: 'throw'});
    expect(end.code).not.toBe(0);
    expect(end.after).toBeLessThan(SOON);
    expect(end.errors.match(/Uncaught Error: rank 1 has had enough/g)).toHaveLength(1);
    await goesOn(undefined, folder, 1);
  },
  'mpirun.mpich',
);

withMpi(
  'an error of all ranks is told once',
  async launcher => {
    const folder = mkdtempSync(join(root, 'all-'));
    const end = await failed(launcher, folder, {failing: 'all', how: 'throw everywhere'});
    expect(end.code).not.toBe(0);
    expect(end.after).toBeLessThan(SOON);
    expect(end.errors.match(/Uncaught Error: all have had enough/g)).toHaveLength(1);
  },
  'mpirun.openmpi',
);

withMpi('a rank that hangs is noticed by the deadline', async launcher => {
  const folder = mkdtempSync(join(root, 'hang-'));
  const end = await failed(launcher, folder, {failing: 1, how: 'hang', deadline: 4});
  expect(end.code).not.toBe(0);
  expect(end.errors).toMatch(/MPI: expected all ranks at an agreement within 4 s/);
  expect(end.after).toBeGreaterThan(3);
  expect(end.after).toBeLessThan(4 + SOON);
  await goesOn(undefined, folder, 1);
});

withMpi(
  'a signal to one rank stops all after the same step, saved',
  async launcher => {
    const folder = mkdtempSync(join(root, 'signal-'));
    const end = await failed(launcher, folder, {failing: 1, how: 'signal'});
    expect(end.code).not.toBe(0);
    expect(end.after).toBeLessThan(SOON);
    const steps = stepsIn(folder);
    expect(steps.length).toBeLessThan(12);
    const newest = await latestCheckpoint(join(folder, 'checkpoints'));
    expect(newest?.endsWith(String(steps.length).padStart(8, '0'))).toBe(true);
  },
  'mpirun.openmpi',
);

withMpi('the library of another MPI than the launcher’s is refused', async launcher => {
  const other = launcher === 'mpirun.openmpi' ? 'libmpich.so.12' : 'libmpi.so.40';
  const end = await launch(launcher, [verbs], {ranks: 2, env: {...env, CONTRASTIVE_MPI: other}});
  expect(end.code).not.toBe(0);
  expect(end.errors).toMatch(/connect: expected 2 ranks, as mpirun of .* started, got 1 by|does not load|cannot open/);
});
