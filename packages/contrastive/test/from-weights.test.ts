import {existsSync, readdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {join, relative} from 'node:path';
import {latestCheckpoint} from '@contrastive/train/node';
import {loadEncoder} from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {call, refusal} from './call.js';
import {photos, temporary} from './images.js';
import {resnetIn} from './resnet-in.js';

const SMALL = ['--size', '32', '--batch', '8', '--steps', '4', '--save-every', '2', '--workers', '0'];

const configurationOf = (run: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')) as Record<string, unknown>;

test('a run from weights is the same from anywhere, and goes on without them', async () => {
  const root = temporary();
  const data = await photos(join(root, 'photos'), 12);
  const weights = join(await resnetIn(join(root, 'torch'), 'safetensors'), 'model.safetensors');
  const [run, tensors] = [join(root, 'run'), tf.memory().numTensors];
  const begun = await call('pretrain', data, '--out', run, '--encoder', relative('.', weights), ...SMALL);
  expect(begun.code, begun.errors).toBe(0);
  expect(configurationOf(run)).toMatchObject({data, encoder: weights});
  const trained = await loadEncoder(join(run, 'encoder'));
  expect(trained.getUserDefinedMetadata()).toMatchObject({encoder: 'model.safetensors'}); // no path of this machine

  renameSync(join(root, 'torch'), join(root, 'gone'));
  const last = (await latestCheckpoint(join(run, 'checkpoints'))) ?? '';
  rmSync(last, {recursive: true}); // as of a run that was stopped before its last step
  rmSync(join(run, 'encoder'), {recursive: true});
  const out = join(root, 'e.npy');
  expect(await call('embed', run, data, '--out', out, '--workers', '0')).toMatchObject({code: 0}); // by its checkpoint
  const on = await call('pretrain', '--resume', '--out', run, '--workers', '0');
  expect(on.code, on.errors).toBe(0);
  expect(on.out).toContain('Going on after step 2 of 4.');
  const again = await loadEncoder(join(run, 'encoder'));
  const [ours, theirs] = [again, trained].map(model => model.getWeights().map(weight => [...weight.dataSync()]));
  expect(ours).toEqual(theirs);
  expect(again.getUserDefinedMetadata()).toEqual(trained.getUserDefinedMetadata());
  for (const model of [again, trained]) model.dispose();
  expect(tf.memory().numTensors).toBe(tensors);

  rmSync(join(run, 'checkpoints'), {recursive: true});
  expect(await refusal(2, 'pretrain', '--resume', '--out', run)).toContain(
    `got ${weights}, which is not there.\nPut them back.`,
  );
  const errors = await refusal(2, 'pretrain', data, '--out', join(root, 'b'), '--encoder', weights, '--workers', '0');
  expect(errors).toContain('which is not there.\nCheck the path.\n'); // no network of random weights in their place
  expect(readdirSync(root)).not.toContain('b');
}, 180_000);

test('channels that weights do not take are told, and nothing is left', async () => {
  const root = temporary();
  const data = await photos(join(root, 'photos'), 12);
  const weights = await resnetIn(join(root, 'tfjs'));
  const [deep, tensors] = [join(root, 'new', 'run'), tf.memory().numTensors];
  const args = ['pretrain', data, '--out', deep, '--encoder', weights, '--channels', '1', ...SMALL];
  expect(await refusal(2, ...args)).toContain(
    `expected 3 as --channels, those of the weights ${weights}, got 1.\nLeave --channels out: images are read as`,
  );
  expect(existsSync(join(root, 'new'))).toBe(false);
  expect(tf.memory().numTensors).toBe(tensors);
});
