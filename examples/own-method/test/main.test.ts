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
  lines.flatMap(line => /^epoch \d\/2 {2}step \d+\/20 {2}loss (\S+) /.exec(line)?.slice(1) ?? []).map(Number);

const measured =
  /^Features of the encoder: with 160 labels logistic regression classifies \d+\.\d % of 160 test images correctly$/;

trains('trains, saves the encoder, measures it and frees every tensor', async () => {
  const {out, run} = prepare();
  const before = tf.memory().numTensors;
  const {lines, errors} = await run('--quick', '--steps', '20');
  expect(errors).toEqual([]);
  expect(tf.memory().numTensors).toBe(before);
  expect(lines[0]).toMatch(/^own-method with .*, seed 1; quick/);
  expect(losses(lines)).toHaveLength(2);
  // Minus a cosine, which twenty steps already make better than that of directions at random.
  for (const loss of losses(lines)) expect(loss > -1 && loss < 0).toBe(true);
  expect(losses(lines)[1]).toBeLessThan(losses(lines)[0]);
  expect(lines.at(-1)).toMatch(measured);

  const encoder = await loadEncoder(join(out, 'encoder'));
  expect([encoder.inputs[0].shape, encoder.outputs[0].shape]).toEqual([
    [null, 28, 28, 1],
    [null, 128],
  ]);
  expect(encoder.getUserDefinedMetadata()).toMatchObject({
    method: 'simsiam',
    steps: 20,
    seed: 1,
    preparation: {size: 28, channels: 1},
  });
  encoder.dispose();
});

test('says what is wrong with its flags in one line', async () => {
  const {out, run} = prepare();
  const {lines, errors} = await run('--epochs', '2');
  expect(lines).toEqual([]);
  expect(errors).toEqual([
    expect.stringMatching(
      /^own-method: expected flags among --data …, --steps …, --seed …, --out …, --quick, got .*; Unknown option '--epochs'\.$/,
    ),
  ]);
  expect(process.exitCode).toBe(1);
  expect((await run('--steps', 'many')).errors).toEqual([
    expect.stringMatching(/^own-method: expected a whole number from 1 to \d+ as --steps, got 'many'; .*\.$/),
  ]);
  expect((await run('--data', join(out, 'nowhere'))).errors).toEqual([
    expect.stringMatching(/nowhere.train-images-idx3-ubyte: .* found neither/),
  ]);
  expect(existsSync(join(out, 'encoder'))).toBe(false);
});
