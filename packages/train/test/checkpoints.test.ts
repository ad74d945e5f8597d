import {createHash} from 'node:crypto';
import {cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {sgd} from '@contrastive/optim';
import {expectNoLeaks, temporary} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {train, type StepRecord} from '../src/index.js';
import {latestCheckpoint, loadCheckpoint, saveCheckpoint, type SaveCheckpointOptions} from '../src/node.js';
import {batches, tinyMethod} from './tiny.js';

let folder = '';
beforeEach(() => {
  folder = join(temporary(), 'run');
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Writes another record into a checkpoint, and its checksum. */
function resum(checkpoint: string, record: string): void {
  writeFileSync(join(checkpoint, 'checkpoint.json'), record);
  const sum = createHash('sha256').update(record).digest('hex');
  const sums = readFileSync(join(checkpoint, 'SHA256SUMS'), 'utf8').replace(/\w+(?= {2}checkpoint)/, sum);
  writeFileSync(join(checkpoint, 'SHA256SUMS'), sums);
}

/** A method that really restores, with its optimiser. */
function parts() {
  const tiny = tinyMethod();
  const optimizer = sgd(tiny.parameters, {momentum: 0.9});
  const method = {
    ...tiny,
    restore: async (tensors: Readonly<Record<string, tf.Tensor>>) => {
      tiny.w.assign(tensors['encoder/w']);
      await Promise.resolve();
    },
  };
  const numbers = (): number[][] =>
    [...Object.values(method.state()), ...Object.values(optimizer.state())].map(one => Array.from(one.dataSync()));
  const free = (): void => {
    method.dispose();
    optimizer.dispose();
  };
  return {method, optimizer, numbers, free};
}

/** Trains some steps and saves after each; the state after each. */
async function saveSteps(
  steps: number,
  options: Partial<SaveCheckpointOptions> = {},
): Promise<{readonly after: number[][][]; readonly records: StepRecord[]; readonly paths: string[]}> {
  const {method, optimizer, numbers, free} = parts();
  const [after, records, paths]: [number[][][], StepRecord[], string[]] = [[], [], []];
  for await (const record of train({method, optimizer, views: batches(0, steps), learningRate: 0.1, metricsEvery: 2})) {
    paths.push(await saveCheckpoint(folder, {method, optimizer, record, ...options}));
    after.push(numbers());
    records.push(record);
  }
  free();
  return {after, records, paths};
}

const names = (): string[] => readdirSync(folder).sort();
const quiet = () => vi.spyOn(process.stderr, 'write').mockReturnValue(true);

describe('a checkpoint', () => {
  test('restores what was saved, and says where to go on', async () => {
    const {after, records, paths} = await saveSteps(3, {configuration: {seed: 7, head: {dim: 2}}, metrics: {knn: 0.5}});
    const {method, optimizer, numbers, free} = parts();
    for (const [i, path] of paths.entries()) {
      const loaded = await loadCheckpoint(path, {method, optimizer, configuration: {head: {dim: 2}, seed: 7}});
      expect(numbers()).toEqual(after[i]);
      expect(loaded).toMatchObject({
        format: 1,
        step: i,
        resume: {startStep: i + 1},
        configuration: {seed: 7},
        metrics: {loss: records[i].loss, learningRate: 0.1, knn: 0.5, ...records[i].metrics},
        differences: [],
      });
      expect(loaded.madeOn.processor.length).toBeGreaterThan(0);
    }
    free();
  });

  test('is of the state at the call, whatever comes while it is written', async () => {
    const {method, optimizer, numbers, free} = parts();
    const saving: Promise<string>[] = [];
    const states: number[][][] = [];
    for await (const record of train({method, optimizer, views: batches(0, 4), learningRate: 0.1})) {
      states.push(numbers());
      saving.push(saveCheckpoint(folder, {method, optimizer, record, keep: 9}));
    }
    for (const [i, path] of (await Promise.all(saving)).entries()) {
      await loadCheckpoint(path, {method, optimizer});
      expect(numbers()).toEqual(states[i]);
    }
    free();
  });

  test('can be read without anything to restore, but not with what is undefined', async () => {
    const {paths} = await saveSteps(2);
    expect(await loadCheckpoint(paths[1])).toMatchObject({step: 1});
    for (const part of ['encoder', 'method', 'optimizer']) {
      await expect(loadCheckpoint(paths[1], {[part]: undefined})).rejects.toThrow(
        `loadCheckpoint: expected what is to be restored as ${part}, got undefined;`,
      );
    }
  });

  test('leaves no tensor', async () => {
    await expectNoLeaks(async () => {
      const {paths} = await saveSteps(1);
      const {method, optimizer, free} = parts();
      await loadCheckpoint(paths[0], {method, optimizer});
      free();
    }, 2);
  });
});

describe('of those in a folder', () => {
  test('the newest stay, and the best', async () => {
    const {records} = await saveSteps(6, {keep: 2, best: {metric: 'loss'}});
    const losses = records.map(({loss}) => loss);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(names()).toEqual([...new Set([best, 5, 6])].sort().map(step => `step-0000000${step}`));
    await expect(latestCheckpoint(folder)).resolves.toBe(join(folder, 'step-00000006'));
  });

  test('the highest can be the best', async () => {
    const {method, optimizer, free} = parts();
    for await (const record of train({method, optimizer, views: batches(0, 5), learningRate: 0.1})) {
      const best = {metric: 'knn', higher: true};
      await saveCheckpoint(folder, {
        method,
        optimizer,
        record,
        keep: 1,
        best,
        metrics: {knn: record.step === 1 ? 9 : 1},
      });
    }
    free();
    expect(names()).toEqual(['step-00000002', 'step-00000005']);
  });

  test('the newest is told by its steps, when the clock was set back', async () => {
    await saveSteps(2);
    vi.spyOn(Date, 'now').mockReturnValue(0);
    await saveSteps(1);
    expect(names()).toEqual(['step-00000001', 'step-00000001-2', 'step-00000002']);
    expect(await latestCheckpoint(folder)).toBe(join(folder, 'step-00000002'));
  });

  test('one that was just written stays, whatever later ones there are of a run that was gone back from', async () => {
    await saveSteps(5, {keep: 2});
    await saveSteps(2, {keep: 2});
    expect(names()).toEqual(['step-00000001', 'step-00000002', 'step-00000004', 'step-00000005']);
  });

  test('what a process left that was killed is swept away, what another is at work on is not', async () => {
    mkdirSync(folder);
    const [dead, alive] = ['.new-4194304-1-step-00000009', `.new-${process.ppid}-1-step-00000009`];
    for (const name of [dead, alive]) mkdirSync(join(folder, name));
    await saveSteps(1);
    expect(names()).toEqual([alive, 'step-00000001']);
    expect(await latestCheckpoint(folder)).toBe(join(folder, 'step-00000001'));
  });

  test('are not looked for in the folder of a run, nor in a checkpoint', async () => {
    const run = join(temporary(), 'run');
    folder = join(run, 'checkpoints');
    const {paths} = await saveSteps(1);
    await expect(latestCheckpoint(run)).rejects.toThrow(
      `expected a folder of checkpoints as folder, got ${run}, the folder of a run; give ${folder}.`,
    );
    await expect(latestCheckpoint(paths[0])).rejects.toThrow(`a checkpoint itself; give it to loadCheckpoint, or`);
  });

  test('no folder, or an empty one, has none', async () => {
    expect(await latestCheckpoint(folder)).toBeUndefined();
    mkdirSync(folder);
    expect(await latestCheckpoint(folder)).toBeUndefined();
  });
});

describe('damage', () => {
  test.each(['state.safetensors', 'checkpoint.json', 'SHA256SUMS'])('to %s is found, wherever it is', async file => {
    const {paths} = await saveSteps(2);
    const whole = readFileSync(join(paths[1], file));
    const {method, optimizer, numbers, free} = parts();
    const before = numbers();
    const say = quiet();
    const damaged = async (bytes: Uint8Array | undefined): Promise<void> => {
      if (bytes) writeFileSync(join(paths[1], file), bytes);
      else rmSync(join(paths[1], file));
      await expect(loadCheckpoint(paths[1], {method, optimizer})).rejects.toThrow(
        /loadCheckpoint: expected a checkpoint as it was written, got .*step-00000002 \(/,
      );
      expect(await latestCheckpoint(folder)).toBe(paths[0]);
      expect(String(say.mock.lastCall?.[0])).toMatch(/^contrastive: the checkpoint .*step-00000002 is damaged, .*\n$/);
    };
    const stride = Math.max(1, Math.floor(whole.length / 40));
    for (let length = 0; length < whole.length - 1; length += stride) await damaged(whole.subarray(0, length));
    for (let i = 0; i < 64; i += stride) {
      const flipped = Buffer.from(whole);
      flipped[i] ^= 1 << (i % 8);
      await damaged(flipped);
    }
    await damaged(undefined);
    expect(numbers()).toEqual(before);
    free();
  });

  test('does not count towards those that are kept, and goes when it is older than they are', async () => {
    const {paths} = await saveSteps(2, {keep: 2});
    quiet();
    writeFileSync(join(paths[1], 'state.safetensors'), '');
    expect(await latestCheckpoint(folder)).toBe(paths[0]);
    const {method, optimizer, free} = parts();
    const {resume} = await loadCheckpoint(paths[0], {method, optimizer});
    const views = Object.assign(batches(1, 3), resume);
    const seen: string[][] = [];
    for await (const record of train({method, optimizer, views, learningRate: 0.1})) {
      await saveCheckpoint(folder, {method, optimizer, record, keep: 2});
      seen.push(names());
    }
    free();
    expect(seen).toEqual([
      ['step-00000001', 'step-00000002', 'step-00000002-2'],
      ['step-00000002-2', 'step-00000003'],
    ]);
  });

  test('to all of them is an error that names each', async () => {
    const {paths} = await saveSteps(2);
    quiet();
    for (const path of paths) writeFileSync(join(path, 'state.safetensors'), '');
    await expect(latestCheckpoint(folder)).rejects.toThrow(
      /latestCheckpoint: expected a checkpoint as it was written in .*, got step-00000002 \(state.safetensors is not as it was written\), step-00000001 /,
    );
  });
});

describe('refuses', () => {
  test('another network, and names each tensor', async () => {
    const {paths} = await saveSteps(1);
    const {method, optimizer, numbers, free} = parts();
    const [wide, more] = tf.tidy(() => [tf.variable(tf.ones([3, 2])), tf.variable(tf.ones([1]))]);
    const other = {...method, state: () => ({'encoder/w': wide, 'head/b': more})};
    const before = numbers();
    await expect(loadCheckpoint(paths[0], {method: other, optimizer})).rejects.toThrow(
      /got .* without method\/head\/b; with method\/encoder\/w, saved as F32 \[4, 2\], here F32 \[3, 2\]; make them/,
    );
    await expect(loadCheckpoint(paths[0], {method: {...method, state: () => ({})}, optimizer})).rejects.toThrow(
      'with method/encoder/w, which this run lacks; make them as the saved run did.',
    );
    await expect(loadCheckpoint(paths[0], {method, optimizer: {...optimizer, state: () => ({})}})).rejects.toThrow(
      'with optimizer/momentum/encoder/w, which this run lacks',
    );
    expect(numbers()).toEqual(before);
    tf.dispose([wide, more]);
    free();
  });

  test('another configuration, unless it may change', async () => {
    const {paths} = await saveSteps(1, {configuration: {steps: 9, seed: 1, head: {dim: 2}}});
    const configuration = {steps: 12, seed: 1, head: {dim: 4}};
    await expect(loadCheckpoint(paths[0], {configuration})).rejects.toThrow(
      'got changes: steps: 9 → 12, head.dim: 2 → 4; give back what it was, or name what may change in acceptChanges.',
    );
    await expect(loadCheckpoint(paths[0], {configuration, acceptChanges: ['steps']})).rejects.toThrow(
      'got changes: head.dim: 2 → 4;',
    );
    await expect(loadCheckpoint(paths[0], {configuration, acceptChanges: ['step', 'head']})).rejects.toThrow(
      'got changes: steps: 9 → 12; give back what it was, or name what may change in acceptChanges (there is no ' +
        'setting step).',
    );
    await expect(loadCheckpoint(paths[0], {configuration, acceptChanges: ['steps', 'head']})).resolves.toBeDefined();
    await expect(loadCheckpoint(paths[0], {configuration, acceptChanges: true})).resolves.toBeDefined();
    await expect(loadCheckpoint(paths[0], {configuration: {}})).rejects.toThrow('seed: 1 → nothing');
    folder = join(temporary(), 'run');
    const {paths: bare} = await saveSteps(1);
    await expect(loadCheckpoint(bare[0], {configuration: {steps: 9}})).rejects.toThrow(
      'got changes: steps: nothing → 9;',
    );
    await expect(
      loadCheckpoint(bare[0], {configuration: {steps: 9, clipNorm: undefined}, acceptChanges: ['steps', 'clipNorm']}),
    ).resolves.toBeDefined();
  });

  test('a newer format, and a folder of checkpoints', async () => {
    const {paths} = await saveSteps(1);
    const copy = join(temporary(), 'run');
    cpSync(paths[0], copy, {recursive: true});
    const record = readFileSync(join(copy, 'checkpoint.json'), 'utf8').replace('"format": 1', '"format": 2');
    resum(copy, record);
    await expect(loadCheckpoint(copy)).rejects.toThrow('expected a checkpoint of format 1, got 2');
    resum(copy, record.replace('"format": 2,', ''));
    await expect(loadCheckpoint(copy)).rejects.toThrow(
      /as it was written, got .*, whose checkpoint\.json has no format;/,
    );
    await expect(loadCheckpoint(folder)).rejects.toThrow('a folder of checkpoints; give latestCheckpoint(');
  });

  test('a file, and the folder of a run', async () => {
    const {paths} = await saveSteps(1);
    const file = join(paths[0], 'checkpoint.json');
    await expect(loadCheckpoint(file)).rejects.toThrow(/^loadCheckpoint: expected the folder .* got .*, a file;/);
    await expect(latestCheckpoint(file)).rejects.toThrow(/^latestCheckpoint: expected a folder .* got .*, a file;/);
    const run = join(temporary(), 'run');
    cpSync(folder, join(run, 'checkpoints'), {recursive: true});
    await expect(loadCheckpoint(run)).rejects.toThrow(
      /the folder of a run; give latestCheckpoint\('.*checkpoints'\)\.$/,
    );
  });

  test('a configuration that is not plain data, by its paths', async () => {
    const configuration = {size: 4, augment: {crop: () => 1}, rates: [0.1, NaN], at: new Date(), count: 3n};
    await expect(loadCheckpoint(folder, {configuration})).rejects.toThrow(
      'loadCheckpoint: expected plain data as configuration, got a function of augment.crop, NaN of rates.1, ' +
        'a Date of at, 3n of count; give finite numbers, texts,',
    );
    const circle: Record<string, unknown> = {};
    circle.own = {circle};
    await expect(loadCheckpoint(folder, {configuration: circle})).rejects.toThrow(
      'got an object within itself of own.circle;',
    );
  });

  test('no record that lacks what the best is chosen by: it is saved, and is not the best', async () => {
    const say = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const {method, optimizer, free} = parts();
    for await (const record of train({method, optimizer, views: batches(0, 3), learningRate: 0.1})) {
      const metrics = {...(record.step === 0 && {knn: 0.5})};
      await saveCheckpoint(folder, {method, optimizer, record, metrics, keep: 1, best: {metric: 'knn', higher: true}});
    }
    expect(names()).toEqual(['step-00000001', 'step-00000003']);
    const lacks = 'has no knn, so it cannot be the best; it has loss, learningRate';
    expect(say.mock.calls.map(([text]) => text)).toEqual(
      [1, 2].map(step => `contrastive: the checkpoint after step ${step} ${lacks}\n`),
    );
    free();
  });

  test('a record after which steps have run', async () => {
    const {method, optimizer, free} = parts();
    const records: StepRecord[] = [];
    for await (const record of train({method, optimizer, views: batches(0, 2), learningRate: 0.1, readEvery: 2})) {
      records.push(record);
      const saved = saveCheckpoint(folder, {method, optimizer, record});
      if (record.step === 1) await saved;
      else
        await expect(saved).rejects.toThrow('got that of step 0, after which later steps have run; save in the loop');
    }
    await expect(saveCheckpoint(folder, {method, optimizer, record: {...records[1]}})).rejects.toThrow('later steps');
    expect(names()).toEqual(['step-00000002']);
    free();
  });

  test('numbers that are not finite, and leaves nothing of them', async () => {
    const {paths} = await saveSteps(1);
    const {method, optimizer, free} = parts();
    for await (const record of train({method, optimizer, views: batches(0, 3), learningRate: 0.1})) {
      if (record.step < 2) continue;
      method.w.assign(tf.tidy(() => tf.fill(method.w.shape, NaN)));
      await expect(saveCheckpoint(folder, {method, optimizer, record})).rejects.toThrow(
        'saveCheckpoint: expected finite numbers in method/encoder/w, got NaN; go on from an earlier checkpoint',
      );
    }
    expect(names()).toEqual(['step-00000001']);
    expect(await latestCheckpoint(folder)).toBe(paths[0]);
    free();
  });

  test('a folder that cannot be written, and goes on afterwards', async () => {
    const {method, optimizer, free} = parts();
    const file = join(temporary(), 'file');
    writeFileSync(file, '');
    for await (const record of train({method, optimizer, views: batches(0, 1), learningRate: 0.1})) {
      const error: unknown = await saveCheckpoint(join(file, 'in'), {method, optimizer, record}).catch(
        (e: unknown) => e,
      );
      expect(String(error)).toMatch(
        /saveCheckpoint: expected to write a checkpoint to .*in, got “ENOTDIR.*those before/,
      );
      expect(error).toHaveProperty('cause.code', 'ENOTDIR');
      await saveCheckpoint(folder, {method, optimizer, record});
    }
    expect(names()).toEqual(['step-00000001']);
    free();
  });
});
