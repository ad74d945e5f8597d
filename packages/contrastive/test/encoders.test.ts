import {existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {exportEncoder} from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {expect, test} from 'vitest';
import {untrained} from '../src/encoder/untrained.js';
import {call, refusal} from './call.js';
import {photos, temporary} from './images.js';

/** What `embed` says of an encoder that it cannot use; nothing is written. */
async function saidOf(code: number, run: string): Promise<string> {
  const root = temporary();
  const [data, out] = [await photos(join(root, 'photos'), 2), join(root, 'e.csv')];
  const tensors = tf.memory().numTensors;
  const errors = await refusal(code, 'embed', run, data, '--out', out, '--workers', '0');
  expect(existsSync(out)).toBe(false);
  expect(tf.memory().numTensors).toBe(tensors);
  return errors;
}

test('what is no encoder is told, with what to give', async () => {
  const root = temporary();
  const [empty, text] = [join(root, 'empty'), join(root, 'notes.safetensors')];
  mkdirSync(empty);
  writeFileSync(text, 'no weights');
  expect(await saidOf(2, join(root, 'nowhere'))).toContain('which is not there.\nCheck the path.');
  expect(await saidOf(2, empty)).toContain(
    'expected the folder of a run or an encoder as RUN, got ' +
      `${empty}, which has neither in it.\nGive what pretrain had`,
  );
  expect(await saidOf(1, text)).toContain(text);
});

test('an encoder that does not know its images is told', async () => {
  const folder = join(temporary(), 'encoder');
  const encoder = tfl.sequential({layers: [tfl.layers.flatten({inputShape: [8, 8, 3]})]});
  await exportEncoder(encoder, folder);
  encoder.dispose();
  expect(await saidOf(2, folder)).toContain('expected an encoder that knows how its images are prepared');
});

test('a run without a checkpoint, with one of another network, or a damaged configuration is told', async () => {
  const root = temporary();
  const [data, run] = [await photos(join(root, 'photos'), 12), join(root, 'run')];
  const small = ['--encoder', 'resnet10', '--width', '4', '--size', '16', '--batch', '8', '--steps', '2'];
  expect((await call('pretrain', data, '--out', run, ...small, '--workers', '0')).code).toBe(0);
  rmSync(join(run, 'encoder'), {recursive: true});
  const out = join(root, 'e.npy');
  expect((await call('embed', run, data, '--out', out, '--workers', '0')).code).toBe(0); // by its checkpoint

  const configuration = {method: 'simclr', data, encoder: 'resnet10', width: 8, size: 16, channels: 3, seed: 1};
  writeFileSync(join(run, 'config.json'), JSON.stringify(configuration));
  expect(await saidOf(1, run)).toMatch(/\[3, 3, 3, 8\]|shape/);
  rmSync(join(run, 'checkpoints'), {recursive: true});
  expect(await saidOf(2, run)).toContain('--resume');
  writeFileSync(join(run, 'config.json'), '{"method": "sim');
  expect(await saidOf(2, run)).toContain('expected the folder of a run, with config.json');
});

test('a network of random weights is the same again, also where its initialisers have no seed', async () => {
  const drawing = ['glorotUniform', 'orthogonal', 'randomNormal', 'truncatedNormal'] as const;
  const encoder = tfl.sequential({
    layers: [
      tfl.layers.dense({units: 4, inputShape: [4], kernelInitializer: 'randomUniform'}),
      tfl.layers.dropout({rate: 0.5}),
      ...drawing.map(kernelInitializer => tfl.layers.dense({units: 4, kernelInitializer})),
    ],
  });
  const opened = {encoder, preparation: {channels: 1 as const, size: 2}, fingerprint: 'x'};
  const drawn = async (): Promise<number[][]> => {
    const made = await untrained(opened);
    const weights = made.getWeights().map(one => Array.from(one.dataSync()));
    expect(made.layers[1].getConfig().seed).toBeNull(); // or each of its masks would be the same
    made.dispose();
    return weights;
  };
  const first = await drawn();
  expect(await drawn()).toEqual(first);
  const kernels = first.filter(one => one.some(value => value !== 0));
  expect(kernels).toHaveLength(5);
  expect(new Set(kernels.map(String)).size).toBe(5);
  const own = encoder.getWeights().map(one => Array.from(one.dataSync()));
  expect(own).not.toEqual(first);
  encoder.dispose();
});
