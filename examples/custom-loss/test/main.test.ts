import {existsSync} from 'node:fs';
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

trains('checks the loss, trains both methods, saves both encoders and frees every tensor', async () => {
  const {out, run} = prepare();
  const before = tf.memory().numTensors;
  const {lines, errors} = await run('--quick', '--steps', '11');
  expect(errors).toEqual([]);
  expect(tf.memory().numTensors).toBe(before);
  expect(lines.filter(line => line.startsWith('The loss keeps the contract.'))).toHaveLength(2);
  const found = losses(lines);
  expect(found).toHaveLength(4);
  // Alignment lies in [0, 4]. Uniformity is never below the value of opposite rows, −8, nor above that of identical
  // ones, 0.
  for (const loss of found) expect(loss > -8 && loss < 4).toBe(true);
  expect(found[0]).not.toBe(found[1]);
  expect(lines.filter(line => measured.test(line))).toHaveLength(2);

  for (const name of ['simclr', 'moco']) {
    const encoder = await loadEncoder(join(out, name));
    expect([encoder.inputs[0].shape, encoder.outputs[0].shape]).toEqual([
      [null, 28, 28, 1],
      [null, 128],
    ]);
    expect(encoder.getUserDefinedMetadata()).toMatchObject({method: name, loss: 'alignUniform', steps: 11});
    encoder.dispose();
  }
});

test('says what is wrong with its flags in one line', async () => {
  const {out, run} = prepare();
  const {lines, errors} = await run('--epochs', '2');
  expect(lines).toEqual([]);
  expect(errors).toEqual([
    expect.stringMatching(
      /^custom-loss: expected flags among --data …, --steps …, --seed …, --out …, --quick, got .*; Unknown option '--epochs'\.$/,
    ),
  ]);
  expect(process.exitCode).toBe(1);
  expect((await run('--steps', 'many')).errors).toEqual([
    expect.stringMatching(/^custom-loss: expected a whole number from 1 to \d+ as --steps, got 'many'; .*\.$/),
  ]);
  expect((await run('--data', join(out, 'nowhere'))).errors).toEqual([
    expect.stringMatching(/nowhere.train-images-idx3-ubyte: .* found neither/),
  ]);
  expect(existsSync(join(out, 'simclr'))).toBe(false);
});
