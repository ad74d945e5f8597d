import {mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {afterEach, beforeEach, expect, onTestFinished, test, vi} from 'vitest';
import {mocoBase, simclrBase, supervisedBase, untrained} from '../src/base.js';
import {folderOf} from '../src/cells.js';
import type {Training} from '../src/experiment.js';
import {readLog} from '../src/log.js';
import {measure} from '../src/measure.js';
import {openPictures} from '../src/pictures.js';
import {trainOne} from '../src/train-one.js';
import {newEncoder} from '../src/training.js';

/** Plain JavaScript takes minutes for a step of this network. */
const trains = test.skipIf(tf.getBackend() === 'cpu');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lecture-'));
});
afterEach(() => {
  rmSync(folder, {recursive: true});
});

const tiny = {depths: [1], width: 4, size: 12, count: 48, batchSize: 16} as const;
const pictures = openPictures(true);

/** What becomes of a training: its first weights, and how it went. */
async function ran(training: Training): Promise<{weights: number[]; failed?: string; loss: readonly number[]}> {
  const trained = await trainOne(training, 1, {pictures, folder});
  const {failed, curve, dispose} = trained;
  const weights = failed === undefined ? Array.from(await trained.encoder.weights[0].read().data<'float32'>()) : [];
  dispose();
  return {weights, loss: curve?.loss ?? [], ...(failed !== undefined && {failed})};
}

trains('a training that is finished is taken as it is, without a word', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => {
    said.mockRestore();
  });
  const training = {...simclrBase, ...tiny, epochs: 1};
  const before = tf.memory().numTensors;
  const first = await ran(training);
  expect(first.loss).toHaveLength(3);
  expect(first.failed).toBeUndefined();
  expect(await ran(training)).toEqual(first);
  expect(tf.memory().numTensors).toBe(before);
  expect(readdirSync(folder)).toHaveLength(1);
  expect(said).not.toHaveBeenCalled();
});

trains('a training that is killed goes on at its last hundredth step', async () => {
  const training = {...simclrBase, ...tiny, epochs: 35};
  const own = folderOf(folder, training, 1);
  const log = (): readonly string[] => readFileSync(join(own, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  const whole = await ran(training);
  const before = log();
  expect(before).toHaveLength(105);
  const checkpoints = join(own, 'checkpoints');
  expect(readdirSync(checkpoints)).toEqual(expect.arrayContaining(['step-00000100', 'step-00000105']));
  rmSync(join(checkpoints, 'step-00000105'), {recursive: true});
  expect(await ran(training)).toEqual(whole);
  // Its first steps, with the seconds that they took, are those of before.
  expect(log()).toHaveLength(105);
  expect(log().slice(0, 100)).toEqual(before.slice(0, 100));
  expect(log().slice(100)).not.toEqual(before.slice(100));
});

trains('a loss that is not finite is a result, and other mishaps are not', async () => {
  const {failed} = await ran({...mocoBase, ...tiny, epochs: 2, learningRate: 1e30, queueSize: 32});
  expect(failed).toMatch(/^train: expected a finite (?:loss|gradient norm) of step \d, got (?:NaN|Infinity)/);
  const before = tf.memory().numTensors;
  await expect(ran({...mocoBase, ...tiny, epochs: 1, queueSize: 8})).rejects.toThrow(/at most 8 keys a batch/);
  await expect(ran({...mocoBase, ...tiny, epochs: 1, queueSize: -1})).rejects.toThrow(/queueSize/);
  expect(tf.memory().numTensors).toBe(before);
});

trains('fine-tuning begins with the encoder of another training', async () => {
  const start = {...simclrBase, ...tiny, epochs: 1};
  const tuned = {...supervisedBase, ...tiny, count: 20, steps: 1, learningRate: 1e-12, weightDecay: 0};
  const {weights} = await ran(start);
  const [from, fresh] = [await ran({...tuned, start}), await ran(tuned)];
  expect(from.weights).toBeAllclose(weights, {rtol: 0, atol: 1e-6});
  expect(Math.max(...fresh.weights.map((value, i) => Math.abs(value - weights[i])))).toBeGreaterThan(1e-3);
});

trains('where a training begins with one that fails, it fails too', async () => {
  const before = tf.memory().numTensors;
  const start = {...simclrBase, ...tiny, epochs: 2, learningRate: 1e30};
  const {failed} = await ran({...supervisedBase, ...tiny, count: 20, steps: 1, start});
  expect(failed).toMatch(/^what it starts with failed: train: expected a finite (?:loss|gradient norm) of step/);
  expect(tf.memory().numTensors).toBe(before);
});

test('features that are not finite are worth nothing', async () => {
  const encoder = newEncoder({...untrained, ...tiny}, 1);
  const judge = () =>
    measure({encoder, seconds: 0, dispose: () => undefined}, [{how: 'kNN'}], {
      ...{claim: {}, own: 'fashion', size: tiny.size, pictures, seed: 1},
    });
  expect(await judge()).toEqual({kNN: expect.any(Number) as number});
  encoder.setWeights(encoder.getWeights().map(weight => tf.fill(weight.shape, NaN)));
  expect(await judge()).toBeUndefined();
  encoder.dispose();
});

test('a log without numbers has none', () => {
  expect(readLog(folder, 10)).toEqual({curve: {steps: [], loss: [], accuracy: []}, seconds: 0});
  const lines = [0, 1, 2].map(step =>
    JSON.stringify({
      step,
      loss: 2 - step / 10,
      metrics: {contrastiveAccuracy: 0.123456},
      seconds: {views: 1, update: 2},
    }),
  );
  writeFileSync(join(folder, 'metrics.jsonl'), `${lines.join('\n')}\n`);
  expect(readLog(folder, 80)).toEqual({curve: {steps: [0, 2], loss: [2, 1.8], accuracy: [12.35, 12.35]}, seconds: 9});
});

test('a step that stood still takes as long as others', () => {
  const lines = [2, 1, 900, 1, 3].map((seconds, step) => JSON.stringify({step, loss: 1, seconds: {views: seconds}}));
  writeFileSync(join(folder, 'metrics.jsonl'), `${lines.join('\n')}\n`);
  expect(readLog(folder, 5).seconds).toBe(2 + 1 + 2 + 1 + 3);
});
