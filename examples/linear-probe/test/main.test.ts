import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {resnet} from '@contrastive/resnet';
import {script, type Script} from '@contrastive/testing';
import {exportEncoder} from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';

const prepare = (): Script => script(() => import('../src/main.js'));

/** Saves an untrained encoder of images of this shape. */
async function save(out: string, ...inputShape: [number, number, number]): Promise<string> {
  const encoder = resnet({depths: [1, 1], width: 4, stem: 'cifar', inputShape, seed: 1});
  await exportEncoder(encoder, join(out, 'encoder'), {overwrite: true});
  encoder.dispose();
  return join(out, 'encoder');
}

test('measures an encoder and raw pixels with few and many labels, and frees every tensor', async () => {
  const {out, run} = prepare();
  const encoder = await save(out, 28, 28, 1);
  const before = tf.memory().numTensors;
  const {lines, errors} = await run('--encoder', encoder, '--quick');
  expect(errors).toEqual([]);
  expect(tf.memory().numTensors).toBe(before);
  expect(lines[1]).toMatch(/encoder and raw pixels: 160 training images, 160 test images$/);
  const rows = lines.filter(line => line.includes(' labels '));
  expect(rows.map(line => line.replace(/\d+\.\d/g, 'N'))).toEqual([
    'raw pixels  100 labels  kNN N %  logistic regression N %',
    'raw pixels  160 labels  kNN N %  logistic regression N %',
    'encoder     100 labels  kNN N %  logistic regression N %',
    'encoder     160 labels  kNN N %  logistic regression N %',
  ]);

  const {results} = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as {
    results: {features: string; labels: number; knn: number; logisticRegression: number}[];
  };
  expect(results.map(({features, labels}) => [features, labels])).toEqual([
    ['raw pixels', 100],
    ['raw pixels', 160],
    ['encoder', 100],
    ['encoder', 160],
  ]);
  // Far above chance, which is 0.1.
  for (const {knn, logisticRegression} of results.slice(0, 2))
    expect(Math.min(knn, logisticRegression)).toBeGreaterThan(0.35);
  for (const {knn, logisticRegression} of results.slice(2))
    expect(knn > 0.15 && logisticRegression > 0.15 && knn <= 1 && logisticRegression <= 1).toBe(true);
});

test('says what is wrong in one line', async () => {
  const {out, run} = prepare();
  const {lines, errors} = await run('--steps', '2');
  expect(lines).toEqual([]);
  expect(errors).toEqual([
    expect.stringMatching(/^linear-probe: expected flags among --data …, --encoder …, --seed …, --out …, --quick, got/),
  ]);
  expect(process.exitCode).toBe(1);
  expect((await run('--encoder', join(out, 'nowhere'))).errors).toEqual([
    expect.stringMatching(/nowhere.*model\.json/),
  ]);
  const [here, empty] = [process.cwd(), mkdtempSync(join(tmpdir(), 'nothing-'))];
  process.chdir(empty); // where simclr has not trained
  try {
    expect((await run('--quick')).errors).toEqual([
      expect.stringMatching(
        /^linear-probe: expected an encoder in runs\/simclr\/encoder, got none; run .*simclr first/,
      ),
    ]);
  } finally {
    process.chdir(here);
    rmSync(empty, {recursive: true});
  }
  const colour = await save(out, 32, 32, 3);
  expect((await run('--encoder', colour, '--quick')).errors).toEqual([expect.stringMatching(/^extractFeatures: .*/)]);
  expect(existsSync(join(out, 'results.json'))).toBe(false);
});
