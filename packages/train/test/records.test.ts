import * as tf from '@tensorflow/tfjs-core';
import {sgd} from '@contrastive/optim';
import {expectNoLeaks} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {train, type StepRecord, type TrainOptions, type Views} from '../src/index.js';
import {batches, setUp, tinyMethod, type Hooks} from './tiny.js';

/** What each record says of going on, as it is yielded. */
async function resumes(options: Partial<TrainOptions>): Promise<(number | undefined)[]> {
  const {method, optimizer, free} = setUp();
  const said: (number | undefined)[] = [];
  const views = batches(options.startStep ?? 0, 7);
  for await (const {resume} of train({method, optimizer, views, learningRate: 0.1, ...options}))
    said.push(resume?.startStep);
  free();
  return said;
}

describe('a record that may be saved', () => {
  const none = undefined;
  test.each<[string, Partial<TrainOptions>, (number | undefined)[]]>([
    ['is each one, read alone', {}, [1, 2, 3, 4, 5, 6, 7]],
    ['is the last of each read, and of the run', {readEvery: 3}, [none, none, 3, none, none, 6, 7]],
    ['is where a flush is asked for', {readEvery: 9, flushEvery: 2}, [none, 2, none, 4, none, 6, 7]],
    ['counts flushes from step 0', {readEvery: 9, flushEvery: 2, startStep: 3, steps: 7}, [4, none, 6, 7]],
  ])('%s', async (_, options, expected) => {
    expect(await resumes(options)).toEqual(expected);
  });

  test('ceases to be one when the next step begins, and the last one stays one', async () => {
    const {method, optimizer, free} = setUp();
    const records: StepRecord[] = [];
    for await (const record of train({method, optimizer, views: batches(0, 3), learningRate: 0.1})) {
      records.push(record);
      expect(records.map(({resume}) => resume?.startStep)).toEqual([
        ...records.slice(1).map(() => none),
        record.step + 1,
      ]);
    }
    expect(records.map(({resume}) => resume?.startStep)).toEqual([none, none, 3]);
    free();
  });

  test('says the position of the batch that was trained on, not of one made ahead', async () => {
    const {method, optimizer, free} = setUp();
    const at = (step: number) => ({step, images: 3 * step, epoch: 0, pass: {shard: 0, offset: step}});
    async function* stream(): AsyncGenerator<Views, void, undefined> {
      let step = 0;
      for await (const views of batches(0, 5)) yield {...views, position: at(++step)};
    }
    const seen: unknown[] = [];
    for await (const {step, resume, epoch} of train({
      method,
      optimizer,
      views: stream(),
      learningRate: 0.1,
      readEvery: 3,
      flushEvery: 2,
    })) {
      expect(epoch).toBe(0);
      if (resume) seen.push([step, resume.position]);
    }
    expect(seen).toEqual([1, 3, 4].map(step => [step, at(step + 1)]));
    free();
  });

  test('is the last before an abort, and none when a step broke off', async () => {
    const abort = new AbortController();
    const {method, optimizer, free} = setUp({
      onCall: (name, step) => {
        if (step === 2 && name === 'update') abort.abort();
      },
    });
    const records: StepRecord[] = [];
    const run = async (options: Partial<TrainOptions>) => {
      for await (const record of train({
        method,
        optimizer,
        views: batches(0, 5),
        learningRate: 0.1,
        readEvery: 4,
        ...options,
      }))
        records.push(record);
    };
    await expect(run({signal: abort.signal})).rejects.toThrow('aborted');
    expect(records.map(({resume}) => resume?.startStep)).toEqual([none, none, 3]);
    const broken = {
      ...method,
      update: (...[, {step}]: Parameters<typeof method.update>) => {
        expect(step).toBe(0);
      },
    };
    await expect(run({method: broken})).rejects.toThrow('to be +0');
    expect(records.at(-1)).toMatchObject({step: 0});
    expect(records.at(-1)?.resume).toBeUndefined();
    free();
  });
});

describe('gradients', () => {
  /** Weights after a step of rate 1, and its record. */
  async function step(clipNorm?: number): Promise<{change: number[]; record?: StepRecord}> {
    const {method, optimizer, free} = setUp();
    const before = Array.from(method.w.dataSync());
    let record: StepRecord | undefined;
    for await (record of train({
      method,
      optimizer,
      views: batches(0, 1),
      learningRate: 1,
      ...(clipNorm === undefined ? {metricsEvery: 1} : {clipNorm}),
    }));
    const change = Array.from(method.w.dataSync(), (value, i) => value - before[i]);
    free();
    return {change, ...(record && {record})};
  }
  const length = (values: readonly number[]): number => Math.hypot(...values);

  test('are as long as the record says, and are clipped to what is asked', async () => {
    const plain = await step();
    const norm = plain.record?.gradientNorm ?? NaN;
    expect(norm).toBeAllclose(length(plain.change), {rtol: 1e-5});
    const clipped = await step(norm / 2);
    expect(clipped.record?.gradientNorm).toBeAllclose(norm, {rtol: 1e-6});
    expect(length(clipped.change)).toBeAllclose(norm / 2, {rtol: 1e-5});
    expect(clipped.change).toBeAllclose(
      plain.change.map(value => value / 2),
      {rtol: 1e-5, atol: 1e-7},
    );
    expect((await step(norm * 2)).change).toEqual(plain.change);
  });

  test.each([1, 3])('that are not finite stop the run (readEvery %s)', async readEvery => {
    // √(x − x) is 0, its slope infinite
    const hooks: Hooks = {loss: loss => tf.add(loss, tf.sqrt(tf.sub(loss, tf.clone(loss))))};
    const {method, optimizer, free} = setUp(hooks);
    const before = Array.from(method.w.dataSync());
    const run = async (): Promise<void> => {
      for await (const record of train({
        method,
        optimizer,
        views: batches(0, 3),
        learningRate: 1,
        readEvery,
        metricsEvery: 1,
      }))
        expect(record.loss).toBeTypeOf('string');
    };
    const error: unknown = await run().catch((reason: unknown) => reason);
    expect(String(error)).toContain('expected a finite gradient norm of step 0, got NaN');
    expect(error).toMatchObject({images: Int32Array.of(0, 1, 2)});
    if (readEvery === 1) expect(Array.from(method.w.dataSync())).toEqual(before);
    free();
  });
});

test('with timing a record says where the time went, and what is kept', async () => {
  const {method, optimizer, free} = setUp();
  for await (const {seconds, imagesPerSecond = 0, tensorBytes = 0} of train({
    method,
    optimizer,
    views: batches(0, 2),
    learningRate: 0.1,
    timing: true,
  })) {
    expect(Object.keys(seconds ?? {})).toEqual(['views', 'targets', 'gradients', 'update']);
    const whole = Object.values<number>({...seconds}).reduce((sum, part) => sum + part, 0);
    expect(imagesPerSecond).toBeAllclose(3 / whole, {rtol: 1e-9});
    expect(tensorBytes).toBeGreaterThan(0);
  }
  free();
});

describe('a guard', () => {
  /** The remarks of a run of a method whose loss and spread are made up. */
  async function remarks(losses: (step: number) => number, options: object = {}, spread = 0.1): Promise<string[]> {
    let calls = -1;
    const method = {
      ...tinyMethod({loss: loss => tf.add(tf.mul(loss, 0), losses(++calls))}),
      collapsedLoss: (n: number) => tf.scalar(Math.log(2 * n - 1)),
      remark: ({step}: {step: number}) => (step === 5 ? 'as published' : undefined),
      metrics: () => ({embeddingSpread: tf.scalar(spread)}),
    };
    const optimizer = sgd(method.parameters, {momentum: 0});
    const said: string[] = [];
    for await (const {step, remark} of train({method, optimizer, views: batches(0, 120), learningRate: 0, ...options}))
      if (remark !== undefined) said.push(`${step}: ${remark}`);
    method.dispose();
    optimizer.dispose();
    return said;
  }
  const collapsed = Math.log(5);

  test('says once that the loss stays where images are not told apart, and what to try', async () => {
    const [published, pinned, ...more] = await remarks(step => (step < 20 ? 3 : collapsed + 1e-4 * Math.sin(step)));
    expect(published).toBe('5: as published');
    expect(pinned).toMatch(/^69: the loss has stayed at 1\.609 for 50 steps, .* one point; try a higher temperature/);
    expect(more).toEqual([]);
  });

  test('says so of embeddings that do not spread', async () => {
    expect(await remarks(() => 3, {metricsEvery: 10}, 0.001)).toEqual([
      '5: as published',
      expect.stringMatching(/^20: the embeddings spread by less than 0\.002/),
    ]);
  });

  test('keeps quiet of a loss that moves, and where it is not wanted', async () => {
    expect(await remarks(step => collapsed + 0.01 * Math.sin(step), {metricsEvery: 10})).toEqual(['5: as published']);
    expect(await remarks(() => collapsed, {guards: false})).toEqual([]);
  });

  test('leaves no tensor', async () => {
    await expectNoLeaks(() => remarks(() => collapsed).then(() => undefined), 2);
  });
});
