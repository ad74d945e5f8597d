import {existsSync, readdirSync, readFileSync, renameSync} from 'node:fs';
import {join} from 'node:path';
import {holdFolder} from '@contrastive/internal/node';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import type {Row} from '../src/commands/probe/show.js';
import {call, recordsOf, refusal} from './call.js';
import {photos, temporary} from './images.js';

/** A training of seconds. */
const SMALL = [
  '--encoder',
  'resnet10',
  '--width',
  '4',
  '--size',
  '16',
  '--batch',
  '8',
  '--steps',
  '6',
  '--workers',
  '0',
];

test.each(['moco-v1', 'moco-v2', 'simclr'])(
  '%s trains, is measured beside a supervised network, and reported on',
  async method => {
    const root = temporary();
    const [data, run, tensors] = [await photos(join(root, 'photos'), 40), join(root, 'run'), tf.memory().numTensors];
    const trained = await recordsOf('pretrain', data, '--out', run, '--method', method, ...SMALL);
    const defaults = trained.filter(({event}) => event === 'default').map(({setting}) => setting);
    expect(defaults).toEqual(expect.arrayContaining(['temperature', 'learningRate']));
    expect(defaults.includes('queue')).toBe(method !== 'simclr');
    expect(trained.at(-1)).toMatchObject({event: 'trained', steps: 6, encoder: join(run, 'encoder')});
    expect(readdirSync(join(run, 'encoder')).sort()).toEqual(['model.json', 'weights.bin']);

    const half = ['--train', data, '--test-share', '0.5', '--workers', '0'];
    const {code, out, errors} = await call('probe', run, ...half, '--labels', '8,all', '--supervised', '--steps', '2');
    expect(code, errors).toBe(0);
    expect(out).toContain(`Results: ${join(run, 'probe.json')}`);
    const {rows} = JSON.parse(readFileSync(join(run, 'probe.json'), 'utf8')) as {readonly rows: readonly Row[]};
    expect(rows.filter(({features}) => features === 'supervised')).toMatchObject([{labels: 8}, {labels: 20}]);

    const page = join(root, 'report.html');
    expect((await call('report', run, '--out', page, '--workers', '0')).code).toBe(0);
    const text = readFileSync(page, 'utf8');
    expect(text).toContain('Confusion matrix by the linear classifier with 20 labels');
    expect(text).toContain('supervised');
    expect(tf.memory().numTensors).toBe(tensors);
  },
  120_000,
);

test('a report is made where the images have moved since', async () => {
  const root = temporary();
  const [data, run] = [await photos(join(root, 'photos'), 12), join(root, 'run')];
  expect((await call('pretrain', data, '--out', run, ...SMALL)).code).toBe(0);
  renameSync(data, join(root, 'elsewhere'));
  const {code, errors} = await call('report', run);
  expect(code, errors).toBe(0);
  expect(errors).toContain('without its images: ');
  expect(existsSync(join(run, 'report.html'))).toBe(true);
  expect(await refusal(2, 'report', run)).toContain('which is there.\nGive another, or --overwrite.');
  expect(await refusal(2, 'report', run, '--data', data, '--overwrite')).toContain('which is not there.');
  expect(await refusal(2, 'report', root)).toContain('expected folders of runs, got');
  expect(await refusal(2, 'report', join(root, 'none'))).toContain('none, which is not there.\nCheck the path.');
});

test('a folder in which another program works is left alone', async () => {
  const root = temporary();
  const [data, run] = [await photos(join(root, 'photos'), 12), join(root, 'run')];
  const release = await holdFolder('another', run, {lock: '.contrastive.lock', as: ''});
  try {
    const errors = await refusal(1, 'pretrain', data, '--out', run, ...SMALL);
    expect(errors).toMatch(/got .*run, which process \d+ does\.\nWait for it, or give another folder as --out\.\n/);
    expect(readdirSync(run)).toEqual(['.contrastive.lock']);
  } finally {
    await release();
  }
});

test('a batch too large, and channels that images do not have, are told before a run begins', async () => {
  const root = temporary();
  const [data, run] = [await photos(join(root, 'photos'), 8), join(root, 'run')];
  const args = ['pretrain', data, '--out', run, '--workers', '0'];
  expect(await refusal(2, ...args, '--batch', '9')).toContain(
    'expected at most the 8 images of DATA as --batch, got 9.\nGive fewer.',
  );
  expect(await refusal(2, ...args, '--epochs', '1', '--steps', '1')).toContain(
    'expected --epochs or --steps, got both.',
  );
  expect(await refusal(2, 'pretrain', 'fashion-mnist', '--channels', '3', '--out', run)).toContain(
    'expected 1 as --channels, those of fashion-mnist, got 3.\nLeave it out',
  );
  expect(await refusal(2, ...args, '--encoder', 'resnet180')).toContain('Did you mean resnet18?');
  expect(existsSync(run)).toBe(false);
});
