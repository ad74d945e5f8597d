import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {script, type Script} from '@contrastive/testing';
import {loadEncoder} from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {draw, labelOf, names} from '../src/shapes.js';

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
  expect(lines[0]).toMatch(/^own-source with .*, seed 1; quick/);
  expect(losses(lines)).toHaveLength(2);
  // Each of 32 views among 31 others: ln 31 = 3.43 where all are alike, and at temperature 0.1 twice as much where an
  // encoder of eleven steps takes the wrong ones for near.
  for (const loss of losses(lines)) expect(loss > 2 && loss < 10).toBe(true);
  expect(lines.at(-2)).toMatch(measured);
  expect(lines.at(-1)).toMatch(/^Raw pixels: with 160 labels .* classifies \d+\.\d % of 160 test images correctly$/);

  const encoder = await loadEncoder(join(out, 'encoder'));
  expect([encoder.inputs[0].shape, encoder.outputs[0].shape]).toEqual([
    [null, 32, 32, 1],
    [null, 32],
  ]);
  expect(encoder.getUserDefinedMetadata()).toMatchObject({
    method: 'simclr',
    images: 160,
    steps: 11,
    seed: 1,
    preparation: {size: 32, channels: 1},
  });
  encoder.dispose();
});

test('draws the same image for the same index, and every shape', () => {
  const first = draw(5, 32, 1);
  expect(draw(5, 32, 1)).toEqual(first);
  expect(draw(5, 32, 2)).not.toEqual(first);
  expect([first.data.length, first.height, first.width, first.channels]).toEqual([1024, 32, 32, 1]);
  expect([0, 1, 2, 3, 4].map(labelOf)).toEqual([0, 1, 2, 3, 0]);
  expect(names).toEqual(['disc', 'square', 'triangle', 'cross']);
});

test('says what is wrong with its flags in one line', async () => {
  const {out, run} = prepare();
  const {lines, errors} = await run('--epochs', '2');
  expect(lines).toEqual([]);
  expect(errors).toEqual([
    expect.stringMatching(
      /^own-source: expected flags among --steps …, --seed …, --out …, --quick, got .*; Unknown option '--epochs'\.$/,
    ),
  ]);
  expect(process.exitCode).toBe(1);
  expect((await run('--steps', 'many')).errors).toEqual([
    expect.stringMatching(/^own-source: expected a whole number from 1 to \d+ as --steps, got 'many'; .*\.$/),
  ]);
  expect(existsSync(join(out, 'encoder'))).toBe(false);
});
