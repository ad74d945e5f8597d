import {existsSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {live, makeImages, survive, type Kind} from './killed-runs.js';

let images: Awaited<ReturnType<typeof makeImages>>;
beforeAll(async () => {
  images = await makeImages();
});
afterAll(() => {
  rmSync(images.root, {recursive: true});
});

const isNative = tf.getBackend() === 'tensorflow';

const all: Kind[] = [
  {method: 'simclr', source: 'arrays', readEvery: 1},
  {method: 'simclr', source: 'folder', readEvery: 4},
  {method: 'moco', source: 'shards', readEvery: 1},
  {method: 'moco', source: 'parquet', readEvery: 4},
];
/** What is written and read is the same on all backends, so others kill one run. */
const kinds = all.filter(({source}) => isNative || source === 'shards');

/** Of each run: twenty in all where most people train. */
const KILLS = isNative ? 5 : 2;

test.each(kinds)(
  '$method over $source, killed at random moments, ends as if nothing had happened',
  async kind => {
    const {kills} = await survive(images.root, images.of[kind.source], kind, KILLS);
    expect(kills).toBeGreaterThanOrEqual(KILLS);
  },
  240_000,
);

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, status) => {
  test(`finishes the step, saves, and ends the program with ${status}`, async () => {
    const kind = {method: 'moco', source: 'arrays', readEvery: 2, steps: 72} as const; // more than go by meanwhile
    const folder = join(images.root, signal);
    const end = await live(folder, kind, '-', {signal, after: 0.01, of: 'training'});
    expect(end.errors).toMatch(new RegExp(`${signal}: the run stopped after step \\d+; .*step-\\d+ has the state`));
    expect(end.code).toBe(status);
    const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
    const {step} = JSON.parse(lines.at(-1) ?? '') as {step: number};
    expect(end.errors).toContain(`step-${String(step + 1).padStart(8, '0')}`);
    expect((await live(folder, kind, '-')).code).toBe(0);
    expect(readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(kind.steps);
  });
});

test('a second run in the folder is refused at its start', async () => {
  const kind = {method: 'simclr', source: 'arrays', readEvery: 1, steps: 100_000} as const;
  const folder = join(images.root, 'shared');
  let refused = (): void => undefined;
  const after = new Promise<void>(resolve => (refused = resolve));
  const first = live(folder, kind, '-', {signal: 'SIGTERM', after, of: 'training'});
  try {
    await vi.waitUntil(() => existsSync(join(folder, 'metrics.jsonl')), 60_000);
    const second = await live(folder, kind, '-', {signal: 'SIGKILL', after: 1, of: 'training'}); // which is never
    expect(second.code).toBe(1);
    expect(second.errors).toMatch(
      /openRun: expected a folder that no other run writes, got .*shared, which process \d+ does/,
    );
  } finally {
    refused(); // else the first one would go on
  }
  expect((await first).code).toBe(143);
});
