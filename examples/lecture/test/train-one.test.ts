import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {mocoBase, simclrBase, supervisedBase} from '../src/base.js';
import type {Training} from '../src/experiment.js';
import {readLog} from '../src/log.js';
import {openPictures} from '../src/pictures.js';
import {trainOne} from '../src/train-one.js';

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
  const {encoder, curve, failed, dispose} = await trainOne(training, 1, {pictures, folder});
  const weights = Array.from(await encoder.weights[0].read().data());
  dispose();
  return {weights, loss: curve?.loss ?? [], ...(failed !== undefined && {failed})};
}

trains('a training that is finished is taken as it is', async () => {
  const training = {...simclrBase, ...tiny, epochs: 1};
  const before = tf.memory().numTensors;
  const first = await ran(training);
  expect(first.loss).toHaveLength(3);
  expect(first.failed).toBeUndefined();
  expect(await ran(training)).toEqual(first);
  expect(tf.memory().numTensors).toBe(before);
  expect(readdirSync(folder)).toHaveLength(1);
});

trains('a loss that is not finite is a result, and other mishaps are not', async () => {
  const {failed} = await ran({...mocoBase, ...tiny, epochs: 2, learningRate: 1e30, queueSize: 32});
  expect(failed).toMatch(/^train: expected a finite loss of step \d, got (NaN|Infinity)/);
  await expect(ran({...mocoBase, ...tiny, epochs: 1, queueSize: 8})).rejects.toThrow(/at most 8 keys a batch/);
});

trains('fine-tuning begins with the encoder of another training', async () => {
  const start = {...simclrBase, ...tiny, epochs: 1};
  const tuned = {...supervisedBase, ...tiny, count: 20, steps: 1, learningRate: 1e-12, weightDecay: 0};
  const {weights} = await ran(start);
  const [from, fresh] = [await ran({...tuned, start}), await ran(tuned)];
  expect(from.weights).toBeAllclose(weights, {rtol: 0, atol: 1e-6});
  expect(Math.max(...fresh.weights.map((value, i) => Math.abs(value - weights[i])))).toBeGreaterThan(1e-3);
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
