import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {script, type Script} from '@contrastive/testing';
import {loadEncoder} from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';

/** Plain JavaScript takes minutes for a step of this network. */
const trains = test.skipIf(tf.getBackend() === 'cpu');

const prepare = (): Script => script(() => import('../src/main.js'));

/** The losses of the lines of progress. */
const losses = (lines: string[]): number[] =>
  lines.flatMap(line => /^epoch \d\/2 {2}step \d+\/11 {2}loss (\S+) /.exec(line)?.slice(1) ?? []).map(Number);

const measured =
  /^Features of the encoder: with 160 labels logistic regression classifies \d+\.\d % of 160 test images correctly$/;

trains('trains, saves the encoder, measures it and frees every tensor', async () => {
  const {out, run} = prepare();
  const before = tf.memory().numTensors;
  const {lines, errors} = await run('--quick', '--steps', '11');
  expect(errors).toEqual([]);
  expect(tf.memory().numTensors).toBe(before);
  expect(lines[0]).toMatch(/^simclr with .*, seed 1; quick/);
  expect(losses(lines)).toHaveLength(2);
  // Each of 32 views among 31 others: what an encoder that knows nothing gives is near ln 31 = 3.43.
  for (const loss of losses(lines)) expect(loss > 2 && loss < 6).toBe(true);
  expect(lines.at(-1)).toMatch(measured);

  const encoder = await loadEncoder(join(out, 'encoder'));
  expect([encoder.inputs[0].shape, encoder.outputs[0].shape]).toEqual([
    [null, 28, 28, 1],
    [null, 128],
  ]);
  expect(encoder.getUserDefinedMetadata()).toMatchObject({
    method: 'simclr',
    steps: 11,
    batchSize: 16,
    seed: 1,
    preparation: {size: 28, channels: 1},
  });
  encoder.dispose();
});

trains('goes on with a run, and refuses to begin a new one in its folder', async () => {
  const {out, run} = prepare();
  const again = prepare();
  expect((await run('--quick', '--steps', '4')).errors).toEqual([]);
  expect((await run('--quick', '--steps', '4')).errors).toEqual([
    expect.stringMatching(
      /^openRun: expected a folder for a new run, got .*, which has .*step-00000004; go on from it/,
    ),
  ]);
  const {lines, errors} = await run('--quick', '--steps', '4', '--resume');
  expect(errors).toEqual([]);
  expect(lines.at(-1)).toMatch(measured);
  expect((await run('--quick', '--steps', '8', '--resume')).errors).toEqual([
    expect.stringMatching(/got changes: steps: 4 → 8;/),
  ]);
  expect(existsSync(join(out, 'metrics.jsonl'))).toBe(true);
  expect(existsSync(join(again.out, 'metrics.jsonl'))).toBe(false);
});

trains('takes the files of CIFAR-10 for what they are', async () => {
  const {out, run} = prepare();
  const data = join(out, 'data');
  mkdirSync(data);
  /** Images of classes 0 to 9 in turn, a label and 3072 bytes each, every class of one shade. */
  const write = (name: string, images: number) => {
    writeFileSync(
      join(data, name),
      Buffer.concat(
        Array.from({length: images}, (_, i) => Buffer.concat([Buffer.of(i % 10), Buffer.alloc(3072, 25 * (i % 10))])),
      ),
    );
  };
  for (const batch of [1, 2, 3, 4, 5]) write(`data_batch_${batch}.bin`, 10);
  write('test_batch.bin', 20);
  const {lines, errors} = await run('--data', data, '--quick', '--steps', '1');
  expect(errors).toEqual([]);
  expect(lines.at(-1)).toMatch(/with 50 labels .* classifies \d+\.\d % of 20 test images correctly$/);
  const encoder = await loadEncoder(join(out, 'encoder'));
  expect(encoder.inputs[0].shape).toEqual([null, 32, 32, 3]);
  expect(encoder.getUserDefinedMetadata()).toMatchObject({steps: 1});
  encoder.dispose();
});

test('says what is wrong with its flags in one line', async () => {
  const {out, run} = prepare();
  const {lines, errors} = await run('--epochs', '2');
  expect(lines).toEqual([]);
  expect(errors).toEqual([
    expect.stringMatching(
      /^simclr: expected flags among --data …, --steps …, --seed …, --out …, --resume, --quick, got .*; Unknown option '--epochs'\.$/,
    ),
  ]);
  expect(process.exitCode).toBe(1);
  expect((await run('--steps', 'many')).errors).toEqual([
    expect.stringMatching(/^simclr: expected a whole number from 1 to \d+ as --steps, got 'many'; .*\.$/),
  ]);
  expect((await run('--data', join(out, 'nowhere'))).errors).toEqual([
    expect.stringMatching(/nowhere.train-images-idx3-ubyte: .* found neither/),
  ]);
  expect(existsSync(join(out, 'encoder'))).toBe(false);
});
