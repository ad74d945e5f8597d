import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {script, type Script} from '@contrastive/testing';
import {loadEncoder} from '@contrastive/weights';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';

/** Plain JavaScript takes minutes for a step of this network. */
const trains = test.skipIf(tf.getBackend() === 'cpu');

const prepare = (): Script => script(() => import('../src/main.js'));

trains('trains, saves the encoder, measures it and frees every tensor', async () => {
  const {out, run} = prepare();
  const before = tf.memory().numTensors;
  const {lines, errors} = await run('--images', '48', '--steps', '3', '--epochs', '2');
  expect(errors).toEqual([]);
  expect(tf.memory().numTensors).toBe(before);
  expect(lines[0]).toMatch(/^SimCLR on 48 images, 2 epochs of 1 steps/);
  const losses = lines.flatMap(line => /^epoch \d {2}step \d {2}loss (\S+)$/.exec(line)?.slice(1) ?? []).map(Number);
  expect(losses).toHaveLength(2);
  // Each of 96 views among 95 others: what an encoder that knows nothing gives is near ln 95 = 4.55.
  for (const loss of losses) expect(loss > 2 && loss < 6).toBe(true);
  expect(lines.at(-1)).toMatch(/^Logistic regression with 48 labels: \d+\.\d % of 48 test images right$/);

  const encoder = await loadEncoder(join(out, 'encoder'));
  expect([encoder.inputs[0].shape, encoder.outputs[0].shape]).toEqual([
    [null, 28, 28, 1],
    [null, 128],
  ]);
  expect(encoder.getUserDefinedMetadata()).toMatchObject({method: 'simclr', epochs: 2, seed: 1});
  encoder.dispose();
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
  const {lines, errors} = await run('--data', data, '--images', '40', '--epochs', '1');
  expect(errors).toEqual([]);
  expect(lines[0]).toMatch(/^SimCLR on 40 images/);
  expect(lines.at(-1)).toMatch(/with 40 labels: \d+\.\d % of 20 test images right$/);
  const encoder = await loadEncoder(join(out, 'encoder'));
  expect(encoder.inputs[0].shape).toEqual([null, 32, 32, 3]);
  encoder.dispose();
});

test('says what is wrong with its arguments in one line', async () => {
  const {out, run} = prepare();
  expect(await run('--epoch', '2')).toEqual({lines: [], errors: ["Unknown option '--epoch'"]});
  expect(process.exitCode).toBe(1);
  expect((await run('--epochs', 'many')).errors).toEqual(['--epochs must be a whole number from 1, got "many".']);
  expect((await run('--data', join(out, 'nowhere'))).errors).toEqual([
    expect.stringMatching(/nowhere.train-images-idx3-ubyte: .* found neither/),
  ]);
  expect(existsSync(join(out, 'encoder'))).toBe(false);
});
