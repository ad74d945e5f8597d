import {mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {loadEncoder} from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {run, type RunOptions} from '../src/run.js';
import {smoke, type Settings} from '../src/settings.js';
import type {Summary} from '../src/summary.js';

/** Four steps of two epochs, so small that only the flow is tested. */
const settings: Settings = {
  ...smoke,
  width: 2,
  depths: [1, 1],
  projection: 8,
  batchSize: 24,
  epochs: 2,
  trainImages: 60,
  testImages: 40,
  labelBudgets: [20, 60],
  neighbours: 5,
  supervisedSteps: [2, 3],
};

const options: Omit<RunOptions, 'folder'> = {seed: 3, smoke: true, settings, setupSeconds: 2};

let parent = '';
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'quickstart-'));
});
afterAll(() => {
  rmSync(parent, {recursive: true});
});

type Metrics = Record<string, number>;

function metricsIn(folder: string): Metrics[] {
  return readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Metrics);
}

/** A record without what depends on the machine. */
function reproducible(metrics: Metrics): Metrics {
  return Object.fromEntries(
    Object.entries(metrics).filter(([name]) => !name.startsWith('seconds') && !name.endsWith('PerSecond')),
  );
}

describe('run', () => {
  let folder = '';
  let summary: Summary;
  let tensors: [before: number, after: number];
  const written: string[] = [];
  beforeAll(async () => {
    folder = join(parent, 'first');
    const before = tf.memory().numTensors;
    summary = await run({...options, folder, output: {write: text => written.push(text)}});
    tensors = [before, tf.memory().numTensors];
  });

  test('frees every tensor', () => {
    expect(tensors[1]).toBe(tensors[0]);
  });

  test('leaves four things, nothing half-written', () => {
    expect(readdirSync(folder).sort()).toEqual(['encoder', 'metrics.jsonl', 'report.png', 'summary.json']);
    expect(readFileSync(join(folder, 'report.png')).subarray(1, 4).toString()).toBe('PNG');
  });

  test('keeps the encoder as a model that can be loaded', async () => {
    const encoder = await loadEncoder(join(folder, 'encoder'));
    expect([encoder.inputs[0].shape, encoder.outputs[0].shape]).toEqual([
      [null, 28, 28, 1],
      [null, 4],
    ]);
    encoder.dispose();
  });

  test('records every step', () => {
    const metrics = metricsIn(folder);
    expect(metrics.map(({step, epoch}) => [step, epoch])).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
      [3, 1],
    ]);
    for (const record of metrics) {
      const names = ['loss', 'learningRate', 'contrastiveAccuracy', 'secondsElapsed', 'imagesPerSecond'];
      expect(Object.keys(record)).toEqual(expect.arrayContaining(names));
      expect(Object.values(record).every(Number.isFinite)).toBe(true);
    }
  });

  test('summarises what was done', () => {
    expect(JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'))).toEqual(summary);
    expect(summary).toMatchObject({
      smoke: true,
      seed: 3,
      backend: tf.getBackend(),
      device: expect.stringMatching(/^[cg]pu$/) as string,
    });
    expect(summary.versions).toMatchObject({node: process.versions.node, tfjs: tf.version_core});
    const {setup, train, evaluate, total} = summary.seconds;
    expect(setup).toBeGreaterThan(2);
    expect(total).toBeCloseTo(setup + train + evaluate, 6);
    for (const scores of [summary.probe, summary.knn]) {
      expect(Object.keys(scores)).toEqual(['raw', 'untrained', 'trained']);
      for (const byLabels of Object.values(scores)) {
        expect(Object.keys(byLabels)).toEqual(['20', '60']);
        for (const percent of Object.values(byLabels)) expect(percent >= 0 && percent <= 100).toBe(true);
      }
    }
    expect(Object.keys(summary.supervised)).toEqual(['20', '60']);
    expect(summary.testImages).toBe(40);
    for (const [name, scores] of Object.entries({...summary.probe, supervised: summary.supervised})) {
      const intervals = {...summary.intervals.probe, supervised: summary.intervals.supervised};
      for (const [budget, score] of Object.entries(scores)) {
        const {low, high} = intervals[name as keyof typeof intervals][budget];
        expect(low <= score && score <= high && high - low > 5, `${name} ${budget}`).toBe(true);
      }
    }
    // Raw pixels of forty images are not classified at random: one in ten would be right.
    expect(summary.probe.raw['60']).toBeGreaterThan(35);
  });

  test('tells how it goes, an epoch a line, and where results are', () => {
    const text = written.join('');
    expect(text).toMatch(/^SimCLR on Fashion-MNIST with .*seed 3\n/);
    expect(text.match(/^epoch \d\/2 {2}step \d\/4 {2}loss /gm)).toHaveLength(2);
    expect(text).toMatch(/Logistic regression +20 labels +60 labels\n {2}Raw pixels/);
    expect(text).toMatch(/\nTraining the same network on labels, for comparison\n {2}20 labels .*\n {2}60 labels .*\n/);
    expect(text).toMatch(/\n {2}Supervised +\d+\.\d % \(/);
    expect(text).toContain('summary.json');
    expect(text).not.toContain('\x1b');
  });

  test('with the same seed is the same, figures too', async () => {
    const again = join(parent, 'again');
    const second = await run({...options, folder: again, output: {write: () => undefined}});
    expect(metricsIn(again).map(reproducible)).toEqual(metricsIn(folder).map(reproducible));
    expect([second.probe, second.knn, second.supervised]).toEqual([summary.probe, summary.knn, summary.supervised]);
  });

  test('ends with advice when the loss is no number, and leaves no summary', async () => {
    const broken = join(parent, 'broken');
    const before = tf.memory().numTensors;
    const attempt = run({
      ...options,
      settings: {...settings, learningRate: 1e30, warmup: 0},
      folder: broken,
      output: {write: () => undefined},
    });
    await expect(attempt).rejects.toThrow(/finite loss of step \d, got (NaN|Infinity).*[Ll]ower the learning rate/s);
    expect(readdirSync(broken)).toEqual(['metrics.jsonl']);
    expect(tf.memory().numTensors).toBe(before);
  });
});
