import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {knn, standardise} from '@contrastive/linear-probe';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {paintFeatures} from '../src/paint-features.js';
import {logistic10k, neighbours60k} from '../src/probe-settings.js';
import {readFeatures} from '../src/read-features.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bench-'));
});
afterEach(() => rm(directory, {recursive: true}));

test('features are clouds of points, one a class, none negative, the same each time', async () => {
  const settings = {...neighbours60k, rows: 300, judged: 100, columns: 32};
  await paintFeatures(directory, settings);
  const [train, judged] = [
    await readFeatures(directory, 'train', settings),
    await readFeatures(directory, 'judged', settings),
  ];
  expect([train.rows, train.data.length, judged.rows]).toEqual([300, 300 * 32, 100]);
  expect(Math.min(...train.data)).toBe(0);
  expect(Array.from(train.labels.subarray(8, 12))).toEqual([8, 9, 0, 1]);
  const {accuracy} = await knn(train, judged, {k: 5});
  expect(accuracy).toBeGreaterThan(0.2); // by chance it is 0.1
  await paintFeatures(directory, settings);
  expect((await readFeatures(directory, 'train', settings)).data).toEqual(train.data);
});

test('those for a regression are standardised by the rows to learn from', async () => {
  const settings = {...logistic10k, rows: 200, judged: 50, columns: 8};
  await paintFeatures(directory, settings);
  const {mean, std} = standardise(await readFeatures(directory, 'train', settings));
  expect(mean).toBeAllclose(new Float64Array(8), {atol: 1e-6, rtol: 0});
  expect(std).toBeAllclose(new Float64Array(8).fill(1), {atol: 1e-6, rtol: 0});
});
