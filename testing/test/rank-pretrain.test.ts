import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {launch, withMpi, type JobEnd, type Launcher} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import {afterAll, beforeAll, expect} from 'vitest';

const program = fileURLToPath(new URL('../../packages/contrastive/bin/contrastive.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'rank-pretrain-'));
const photos = join(root, 'photos');
const env = {CONTRASTIVE_BACKEND: tf.getBackend()};
beforeAll(async () => {
  mkdirSync(photos);
  for (let i = 0; i < 24; i++) {
    const pixels = Uint8Array.from({length: 24 * 24 * 3}, (_, k) => (i * 37 + k * (3 + (i % 5))) % 256);
    await sharp(pixels, {raw: {width: 24, height: 24, channels: 3}})
      .png()
      .toFile(join(photos, `${i}.png`));
  }
});
afterAll(() => {
  rmSync(root, {recursive: true});
});

const pretrain = (launcher: Launcher | undefined, args: readonly string[], ranks = 2): Promise<JobEnd> =>
  launch(launcher, [program, 'pretrain', ...args], {ranks, env});

const settings = [
  '--encoder=resnet10',
  '--width=4',
  '--batch=8',
  '--steps=6',
  '--save-every=2',
  '--learning-rate=0.01',
];

const lossesIn = (run: string): number[] =>
  readFileSync(join(run, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => (JSON.parse(line) as {readonly loss: number}).loss);

withMpi('the command needs no other flag: one run, told once, with the losses of one process', async launcher => {
  const [alone, together] = ['alone', 'together'].map(name => join(root, `${name}-${launcher}`));
  const one = await pretrain(undefined, [photos, '--out', alone, ...settings]);
  expect(one.code, one.errors).toBe(0);
  const both = await pretrain(launcher, [photos, '--out', together, ...settings]);
  expect(both.code, both.errors).toBe(0);
  expect(both.output.match(/The encoder is in/g)).toHaveLength(1);
  expect(both.output).toContain('2 processes share each batch, by ');
  expect(lossesIn(together)).toHaveLength(6);
  expect(lossesIn(together)).toBeAllclose(lossesIn(alone), {atol: 1e-3, rtol: 0});
  expect(existsSync(join(together, 'encoder'))).toBe(true);
});

withMpi(
  'a mistake is told, and leaves nothing',
  async launcher => {
    const out = join(root, `odd-${launcher}`);
    const end = await pretrain(launcher, [photos, '--out', out, '--batch', '7', '--steps', '2']);
    expect(end.code).not.toBe(0);
    expect(end.errors.match(/expected a --batch that the 2 ranks divide/g)).toHaveLength(1);
    expect(existsSync(out)).toBe(false);
  },
  'mpirun.mpich',
);
