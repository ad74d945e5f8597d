import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {sgd} from '@contrastive/optim';
import {temporary} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type {Views} from '../src/index.js';
import {openRun, RunStopped, type Run, type RunOptions, type RunTrainOptions} from '../src/node.js';
import {batches, tinyMethod, type Hooks} from './tiny.js';

let folder = '';
beforeEach(() => {
  folder = join(temporary(), 'run');
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A run that saves only at its end. */
async function open(
  options: Partial<RunOptions> = {},
  hooks: Hooks = {},
): Promise<{run: Run; end: () => Promise<void>}> {
  const method = tinyMethod(hooks);
  const optimizer = sgd(method.parameters);
  const free = (): void => {
    method.dispose();
    optimizer.dispose();
  };
  try {
    const run = await openRun(folder, {method, optimizer, saveEvery: 100, ...options});
    const end = async (): Promise<void> => {
      await run.close();
      free();
    };
    return {run, end};
  } catch (error) {
    free();
    throw error;
  }
}

/** Trains until the views end. */
async function go(run: Run, options: Partial<RunTrainOptions> = {}, each?: (step: number) => void) {
  for await (const {step} of run.train({views: batches(0, 5), learningRate: 0.1, ...options})) each?.(step);
}

const checkpoints = (): string[] => readdirSync(join(folder, 'checkpoints')).sort();
const lines = (name = 'metrics.jsonl'): string[] => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
const fail = (): never => {
  throw new Error('broke');
};

describe('the state of the last step is saved when what breaks is', () => {
  async function* brokenViews(): AsyncGenerator<Views, void, undefined> {
    yield* batches(0, 3);
    fail();
  }
  const learningRate = (step: number): number => (step === 3 ? fail() : 0.1);
  const each = (step: number): void => {
    if (step === 2) fail();
  };
  test.each<[string, number, Partial<RunTrainOptions>, ((step: number) => void)?]>([
    ['the views', 1, {views: brokenViews()}],
    ['the views, within a read', 4, {views: brokenViews()}],
    ['the schedule', 1, {learningRate}],
    ['the loop', 1, {}, each],
  ])('%s', async (_, readEvery, options, body) => {
    const {run, end} = await open();
    await expect(go(run, {readEvery, ...options}, body)).rejects.toThrow(/^broke/);
    await end();
    expect(checkpoints()).toEqual(['step-00000003']);
  });

  test.each([
    [1, 2],
    [4, 4],
  ])('the log, with %i steps a read', async (readEvery, steps) => {
    const {run, end} = await open();
    let written = 0;
    const {stringify} = JSON;
    vi.spyOn(JSON, 'stringify').mockImplementation((...of: Parameters<typeof stringify>) => {
      if ((Object(of[0]) as {step?: number}).step === 1 && written++ === 0) fail(); // as a full disk does
      return stringify(...of);
    });
    await expect(go(run, {readEvery})).rejects.toThrow(/^broke/);
    await end();
    expect(checkpoints()).toEqual([`step-0000000${steps}`]);
  });
});

test.each([
  ['breaks within', (loss: tf.Scalar): tf.Scalar => (tf.getBackend() === '' ? loss : fail())],
  ['is not finite', (loss: tf.Scalar): tf.Scalar => tf.div(loss, 0)],
])('no state is saved of a step that %s', async (_, broken) => {
  let calls = 0;
  const {run, end} = await open({}, {loss: loss => (++calls > 3 ? broken(loss) : loss)});
  await expect(go(run)).rejects.toThrow(/broke|finite loss/);
  await end();
  expect(readdirSync(folder)).not.toContain('checkpoints');
});

test.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
] as const)('%s, also twice in a moment, finishes the step and saves', async (signal, status) => {
  const {run, end} = await open();
  const stopped = await go(run, {}, step => {
    if (step === 1) for (let i = 0; i < 2; i++) process.emit(signal);
  }).catch((error: unknown) => error);
  await end();
  expect(stopped).toBeInstanceOf(RunStopped);
  expect(stopped).toMatchObject({signal, exitCode: status});
  expect(checkpoints()).toEqual(['step-00000002']);
});

describe('logs of a run without a checkpoint', () => {
  async function leave(): Promise<void> {
    const {run, end} = await open({}, {loss: loss => (++calls > 2 ? fail() : loss)});
    let calls = 0;
    await expect(go(run)).rejects.toThrow('broke');
    await end();
  }

  test('are moved aside by a new run, which says so', async () => {
    await leave();
    const before = lines();
    const say = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await (await open()).end();
    await leave();
    await (await open()).end();
    expect(say.mock.calls.map(([text]) => text)).toEqual(
      [1, 2].map(
        turn =>
          `contrastive: ${folder} had logs of a run without a checkpoint: they are in metrics-${turn}.jsonl and ` +
          `tensorboard-${turn} now\n`,
      ),
    );
    expect(lines('metrics-1.jsonl')).toEqual(before);
    expect(before).toHaveLength(2);
    expect(readdirSync(join(folder, 'tensorboard-1'))).toHaveLength(1);
  });

  test('lose the steps that are done again by a run that goes on, which says which', async () => {
    await leave();
    const say = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await (await open({resume: true})).end();
    expect(say.mock.calls.map(([text]) => text)).toEqual([
      `contrastive: no checkpoint has steps 0 to 1 of ${join(folder, 'metrics.jsonl')}: they leave the logs and are ` +
        'done again\n',
    ]);
    expect(readdirSync(folder)).not.toContain('metrics-1.jsonl');
  });
});

describe('refuses', () => {
  test.each([
    ['signal', new AbortController().signal, 'leave the loop with break'],
    ['flushEvery', 5, 'give saveEvery to openRun'],
    ['startStep', 0, 'give ...run.resume to twoViews'],
    ['method', {}, 'that of openRun'],
    ['optimizer', {}, 'that of openRun'],
  ])('%s as an option of run.train, and says what to use', async (name, value, instead) => {
    const {run, end} = await open();
    await expect(go(run, {[name]: value})).rejects.toThrow(`run.train: expected options without ${name}, got `);
    await expect(go(run, {[name]: value})).rejects.toThrow(`leave it out: ${instead}`);
    await end();
  });

  test('a loop after the run was closed, and a second one at once', async () => {
    const calls: string[] = [];
    const {run, end} = await open({}, {onCall: name => calls.push(name)});
    const loop = run.train({views: batches(0, 3), learningRate: 0.1});
    await loop.next();
    await expect(go(run)).rejects.toThrow('run.train: expected one loop at a time, got a second one;');
    await loop.return();
    await go(run, {views: batches(1, 2)});
    await end();
    calls.length = 0;
    await expect(go(run)).rejects.toThrow('run.train: expected an open run, got one after run.close();');
    expect(calls).toEqual([]);
  });

  test('a file in the place of the checkpoints', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'checkpoints'), '');
    await expect(open()).rejects.toThrow(
      /^openRun: expected a folder of checkpoints as folder, got .*, a file; move it/,
    );
  });

  test('a configuration that is not plain data', async () => {
    await expect(open({configuration: {layers: new Map()}})).rejects.toThrow(
      'got a Map of layers; give finite numbers',
    );
  });
});
