import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {script, type Script} from '@contrastive/testing';
import {loadEncoder} from '@contrastive/weights';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';

/** Plain JavaScript takes minutes for a step of this network. */
const trains = test.skipIf(tf.getBackend() === 'cpu');

const prepare = (): Script => script(() => import('../src/main.js'));

trains('checks the loss, trains both methods, saves both encoders and frees every tensor', async () => {
  const {out, run} = prepare();
  const before = tf.memory().numTensors;
  const {lines, errors} = await run('--images', '32', '--steps', '2', '--epochs', '3');
  expect(errors).toEqual([]);
  expect(tf.memory().numTensors).toBe(before);
  expect(lines[0]).toBe('The loss keeps the contract.');
  const losses = lines.flatMap(line => /^epoch \d {2}step \d {2}loss (\S+)$/.exec(line)?.slice(1) ?? []).map(Number);
  expect(losses).toHaveLength(4);
  // Alignment lies in [0, 4]. Uniformity is never below the value of opposite rows, −8, nor above that of identical
  // ones, 0.
  for (const loss of losses) expect(loss > -8 && loss < 4).toBe(true);
  expect(losses[0]).not.toBe(losses[1]);
  expect(
    lines.filter(line => /^Logistic regression with 32 labels: \d+\.\d % of 32 test images right$/.test(line)),
  ).toHaveLength(2);

  for (const name of ['simclr', 'moco']) {
    const encoder = await loadEncoder(join(out, name));
    expect([encoder.inputs[0].shape, encoder.outputs[0].shape]).toEqual([
      [null, 28, 28, 1],
      [null, 128],
    ]);
    encoder.dispose();
  }
});

test('says what is wrong with its arguments in one line', async () => {
  const {out, run} = prepare();
  expect(await run('--epoch', '2')).toEqual({lines: [], errors: ["Unknown option '--epoch'"]});
  expect(process.exitCode).toBe(1);
  expect((await run('--epochs', 'many')).errors).toEqual(['--epochs must be a whole number from 1, got "many".']);
  expect((await run('--data', join(out, 'nowhere'))).errors).toEqual([
    expect.stringMatching(/nowhere.train-images-idx3-ubyte: .* found neither/),
  ]);
  expect(existsSync(join(out, 'simclr'))).toBe(false);
});
