import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {sgd} from '@contrastive/optim';
import {expectNoLeaks, temporary} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type {StepRecord, Views} from '../src/index.js';
import {openRun, type Run, type RunOptions} from '../src/node.js';
import {batches, tinyMethod, type Hooks} from './tiny.js';

let folder = '';
beforeEach(() => {
  folder = join(temporary(), 'run');
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface Opened {
  readonly run: Run;
  readonly weights: () => number[];
  readonly end: () => Promise<void>;
}

async function open(options: Partial<RunOptions> = {}, hooks: Hooks = {}): Promise<Opened> {
  const tiny = tinyMethod(hooks);
  const method = {
    ...tiny,
    restore: async (tensors: Readonly<Record<string, tf.Tensor>>) => {
      tiny.w.assign(tensors['encoder/w']);
      await Promise.resolve();
    },
  };
  const optimizer = sgd(method.parameters, {momentum: 0.9});
  const free = (): void => {
    method.dispose();
    optimizer.dispose();
  };
  try {
    const run = await openRun(folder, {method, optimizer, saveEvery: 2, ...options});
    const end = async (): Promise<void> => {
      await run.close();
      free();
    };
    return {run, weights: () => Array.from(tiny.w.dataSync()), end};
  } catch (error) {
    free();
    throw error;
  }
}

/** Trains up to a step, and leaves the loop after `last`. */
async function go({run}: Opened, steps: number, last = Infinity, readEvery = 1): Promise<StepRecord[]> {
  const records: StepRecord[] = [];
  const {startStep = 0} = run.resume;
  const views = Object.assign(batches(startStep, steps), {startStep});
  const options = {views, learningRate: 0.1, timing: false, readEvery};
  for await (const record of run.train(options)) {
    records.push(record);
    if (record.step === last) break;
  }
  return records;
}

const lines = (): {step: number; loss: number}[] =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as {step: number; loss: number});
const checkpoints = (): string[] => readdirSync(join(folder, 'checkpoints')).sort();

/** A whole run: what it leaves. */
async function whole(steps: number): Promise<{weights: number[]; log: {step: number; loss: number}[]}> {
  const opened = await open();
  await go(opened, steps);
  const weights = opened.weights();
  await opened.end();
  const log = lines();
  rmSync(folder, {recursive: true});
  return {weights, log};
}

test('a run goes on where it was left, with each step once in its log', async () => {
  const expected = await whole(7);
  const first = await open();
  await go(first, 7, 4);
  await first.end();
  expect(checkpoints()).toEqual(['step-00000002', 'step-00000004', 'step-00000005']);
  const second = await open({resume: true});
  expect(second.run.resume).toEqual({startStep: 5});
  expect(second.run.loaded).toMatchObject({step: 4});
  await go(second, 7);
  expect(second.weights()).toEqual(expected.weights);
  await second.end();
  expect(lines()).toEqual(expected.log);
  expect(checkpoints()).toEqual(['step-00000005', 'step-00000006', 'step-00000007']);
});

test('who leaves within a read leaves after its steps, which are saved and logged', async () => {
  const expected = await whole(9);
  const first = await open({saveEvery: 100});
  expect(await go(first, 9, 1, 4)).toHaveLength(2);
  await first.end();
  expect(lines().map(({step}) => step)).toEqual([0, 1, 2, 3]);
  expect(checkpoints()).toEqual(['step-00000004']);
  const second = await open({saveEvery: 100, resume: true});
  await go(second, 9, Infinity, 4);
  expect(second.weights()).toEqual(expected.weights);
  await second.end();
  expect(lines()).toEqual(expected.log);
});

test('who leaves goes on in the same program, from where the run says', async () => {
  const expected = await whole(9);
  const opened = await open({saveEvery: 100});
  await go(opened, 9, 1, 4);
  expect(opened.run.resume).toEqual({startStep: 4});
  await go(opened, 9);
  expect(opened.weights()).toEqual(expected.weights);
  await opened.end();
  expect(lines()).toEqual(expected.log);
});

test('views that cannot be closed cost no checkpoint', async () => {
  const opened = await open({saveEvery: 100});
  async function* views(): AsyncGenerator<Views, void, undefined> {
    try {
      yield* batches(0, 9);
    } finally {
      await Promise.reject(new Error('closing failed'));
    }
  }
  const leave = async (): Promise<void> => {
    for await (const {step} of opened.run.train({views: views(), learningRate: 0.1})) if (step === 2) break;
  };
  await expect(leave()).rejects.toThrow('closing failed');
  await opened.end();
  expect(checkpoints()).toEqual(['step-00000003']);
});

test('options that train refuses leave no handlers of signals', async () => {
  const opened = await open();
  const before = process.listenerCount('SIGINT');
  const options = {views: batches(0, 1), learningRate: 'fast' as never};
  await expect(opened.run.train(options).next()).rejects.toThrow(/as learningRate/);
  expect(process.listenerCount('SIGINT')).toBe(before);
  await opened.end();
});

test('steps after the last checkpoint are done again, and their old lines go', async () => {
  const expected = await whole(5);
  const first = await open({saveEvery: 3}, {});
  await go(first, 5, 3);
  await first.end();
  rmSync(join(folder, 'checkpoints', 'step-00000004'), {recursive: true}); // as if killed before it was written
  const second = await open({resume: true});
  expect(second.run.resume).toEqual({startStep: 3});
  expect(lines()).toHaveLength(3);
  await go(second, 5);
  expect(second.weights()).toEqual(expected.weights);
  await second.end();
  expect(lines()).toEqual(expected.log);
});

test('a finished run has nothing to do but to sweep what it was killed over, and says so', async () => {
  const first = await open();
  await go(first, 3);
  await first.end();
  mkdirSync(join(folder, 'checkpoints', '.old-4194304-1-step-00000001'));
  const say = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const again = await open({resume: true});
  expect(await go(again, 3)).toEqual([]);
  await again.end();
  expect(say.mock.calls.map(([text]) => text)).toEqual([
    expect.stringMatching(/step-00000003 is of the last step: nothing was left to train\n$/),
  ]);
  expect(lines()).toHaveLength(3);
  expect(checkpoints()).toEqual(['step-00000002', 'step-00000003']);
});

test('records of a run have their timing, its event files their scalars', async () => {
  const opened = await open();
  for await (const record of opened.run.train({views: batches(0, 1), learningRate: 0.1}))
    expect(record.seconds).toBeDefined();
  // the smallest PNG: one grey pixel
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==';
  opened.run.image(0, 'views', Buffer.from(png, 'base64'));
  await opened.end();
  const [name] = readdirSync(join(folder, 'tensorboard'));
  expect(readFileSync(join(folder, 'tensorboard', name), 'latin1')).toContain('seconds/gradients');
  expect(readFileSync(join(folder, 'tensorboard', name)).includes(Buffer.from(png, 'base64'))).toBe(true);
});

test('views that do not begin where the run goes on are refused', async () => {
  const first = await open();
  await go(first, 3);
  await first.end();
  const second = await open({resume: true});
  const views = Object.assign(batches(0, 5), {startStep: 0});
  await expect(second.run.train({views, learningRate: 0.1}).next()).rejects.toThrow(
    'run.train: expected views from step 3 on, where the run stands, got views from step 0 on; give ...run.resume to',
  );
  await second.end();
});

test('a metric for the best that is not there ends the run before a step is lost', async () => {
  const opened = await open({best: {metric: 'first'}});
  await expect(go(opened, 9)).rejects.toThrow(
    /^openRun: expected a metric among loss, learningRate as best\.metric, got first; give run\.train metricsEvery/,
  );
  const views = batches(0, 3);
  for await (const {step} of opened.run.train({views, learningRate: 0.1, metricsEvery: 3}))
    expect(step).toBeLessThan(3);
  await opened.end();
  expect(checkpoints()).toEqual(['step-00000002', 'step-00000003']);
});

test('a checkpoint that could not be written ends the run at the next step', async () => {
  const opened = await open();
  mkdirSync(folder, {recursive: true});
  writeFileSync(join(folder, 'checkpoints'), '');
  await expect(go(opened, 9)).rejects.toThrow(/^saveCheckpoint: expected to write a checkpoint to .*, got “EEXIST/);
  expect(lines().length).toBeLessThan(5);
  await opened.end();
});

describe('refuses', () => {
  test('a new run where there is one, and a second at the same time', async () => {
    const first = await open();
    await go(first, 2);
    await expect(open({resume: true})).rejects.toThrow(
      `openRun: expected a folder that no other run writes, got ${folder}, which process ${process.pid} does; wait`,
    );
    await first.end();
    const before = lines();
    await expect(open()).rejects.toThrow(/expected a folder for a new run, got .*, which has .*step-00000002; go on/);
    expect(lines()).toEqual(before);
    await (await open({resume: true})).end();
  });

  test('an encoder that is no model, before the first step', async () => {
    const method = {...tinyMethod(), encoder: {} as never};
    const optimizer = sgd(method.parameters);
    await expect(openRun(folder, {method, optimizer})).rejects.toThrow(/^openRun: expected .* as method\.encoder, got/);
    optimizer.dispose();
    method.dispose();
  });

  test('variables that a checkpoint cannot hold, before the first step', async () => {
    const method = tinyMethod();
    const flag = tf.variable(tf.tensor1d([true, false], 'bool'));
    const options = {method: {...method, state: () => ({...method.state(), flag})}, optimizer: sgd(method.parameters)};
    await expect(openRun(folder, options)).rejects.toThrow(
      'openRun: expected variables of float32 and int32, got bool of method/flag; keep it as one of these.',
    );
    options.optimizer.dispose();
    method.dispose();
    flag.dispose();
  });

  test('other settings than those of the run, before anything changes', async () => {
    const first = await open({configuration: {seed: 1}});
    await go(first, 2);
    await first.end();
    await expect(open({resume: true, configuration: {seed: 2}})).rejects.toThrow('got changes: seed: 1 → 2;');
    expect(lines()).toHaveLength(2);
    await (await open({resume: true, configuration: {seed: 2}, acceptChanges: ['seed']})).end();
  });
});

test('a loss that is not finite stops the run, and its error names the last checkpoint', async () => {
  let calls = 0;
  const broken = {loss: (loss: tf.Scalar) => (++calls > 3 ? tf.div<tf.Scalar>(loss, 0) : loss)};
  const opened = await open({}, broken);
  await expect(go(opened, 9)).rejects.toThrow(/a finite loss of step 3, .* The last checkpoint is .*step-00000002\.$/);
  await opened.end();
  expect(checkpoints()).toEqual(['step-00000002']);
});

test('a checkpoint right before a loss that is not finite may be no good, and is said to be', async () => {
  let calls = 0;
  const broken = {loss: (loss: tf.Scalar) => (++calls > 2 ? tf.div<tf.Scalar>(loss, 0) : loss)};
  const opened = await open({}, broken);
  await expect(go(opened, 9)).rejects.toThrow(
    /of step 2, .*\/step-00000002, is of the step before, .* look at the images, or begin another run with other/,
  );
  await opened.end();
  calls = 0;
  const second = await open({resume: true}, broken);
  await expect(go(second, 9)).rejects.toThrow(
    /of step 4, .*\/step-00000004, .* or remove it and go on from the one before, with other settings\.$/,
  );
  await second.end();
});

test('a save that failed is not the last checkpoint', async () => {
  let calls = 0;
  // Its gradient is no number in the fourth step, nor are the weights after it.
  const loss = (value: tf.Scalar): tf.Scalar =>
    ++calls === 4 ? tf.add<tf.Scalar>(value, tf.sqrt(tf.mul(value, 0))) : value;
  const opened = await open({}, {loss});
  await expect(go(opened, 9)).rejects.toThrow(
    /(a finite loss of step 4, .*|finite numbers in .*) The last checkpoint is .*step-00000002\.$/,
  );
  await opened.end();
  expect(checkpoints()).toEqual(['step-00000002']);
});

test('a run whose folder was taken over writes nothing more', {timeout: 20_000}, async () => {
  const opened = await open();
  await go(opened, 3);
  const before = lines();
  writeFileSync(join(folder, '.run.lock'), '{"pid": 1, "host": "pod-2"}');
  await sleep(3_000);
  await expect(go(opened, 9)).rejects.toThrow(/expected .* to stay with this run, got another one there .*/);
  await opened.end();
  expect(lines()).toEqual(before);
  expect(checkpoints()).toEqual(['step-00000002', 'step-00000003']);
  expect(readdirSync(folder)).toContain('.run.lock');
});

test('a remark is made once, however often the run is resumed', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  for (const steps of [2, 4]) {
    const opened = await open({resume: steps > 2}, {remark: 'as published'});
    await go(opened, steps);
    await opened.end();
  }
  expect(said.mock.calls).toEqual([['contrastive: step 0: as published\n']]);
  expect(lines().map(line => (line as {remark?: string}).remark)).toEqual([
    'as published',
    undefined,
    undefined,
    undefined,
  ]);
});

test('remarks are said on the error stream and stand in the log', async () => {
  const say = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const tiny = tinyMethod();
  const method = {...tiny, remark: () => 'as published'};
  const optimizer = sgd(method.parameters);
  const run = await openRun(folder, {method, optimizer});
  for await (const record of run.train({views: batches(0, 2), learningRate: 0.1})) expect(record.step).toBeLessThan(2);
  await run.close();
  expect(say.mock.calls).toEqual([['contrastive: step 0: as published\n']]);
  expect(lines()[0]).toMatchObject({remark: 'as published'});
  method.dispose();
  optimizer.dispose();
});

test('no tensor is left, and no lock', async () => {
  await expectNoLeaks(async () => {
    folder = join(temporary(), 'run');
    const opened = await open();
    await go(opened, 3);
    await opened.end();
    expect(readdirSync(folder).sort()).toEqual(['checkpoints', 'metrics.jsonl', 'tensorboard']);
  }, 2);
});
