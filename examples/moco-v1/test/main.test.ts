import {existsSync} from 'node:fs';
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
  expect(lines[0]).toMatch(/^MoCo v1 on 48 images, 2 epochs of 1 steps/);
  const losses = lines.flatMap(line => /^epoch \d {2}step \d {2}loss (\S+)$/.exec(line)?.slice(1) ?? []).map(Number);
  expect(losses).toHaveLength(2);
  // Its key among 4096 others at random: at most what a network that knows nothing gives, ln 4097 = 8.3.
  for (const loss of losses) expect(loss >= 0 && loss < 8.4).toBe(true);
  expect(lines.at(-1)).toMatch(/^Logistic regression with 48 labels: \d+\.\d % of 48 test images right$/);

  const encoder = await loadEncoder(join(out, 'encoder'));
  expect([encoder.inputs[0].shape, encoder.outputs[0].shape]).toEqual([
    [null, 28, 28, 1],
    [null, 128],
  ]);
  expect(encoder.getUserDefinedMetadata()).toMatchObject({method: 'moco-v1', epochs: 2, seed: 1});
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
