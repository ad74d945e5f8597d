import {createRandom} from '@contrastive/augment';
import {fromArrays} from '@contrastive/data';
import {expectNoLeaks, formula, golden} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {expect, test} from 'vitest';
import {measureInvariance} from '../../src/report/collect/invariance.js';
import {layOut} from '../../src/report/collect/layout.js';
import {leaveOneOut, nearestOthers} from '../../src/report/collect/neighbours.js';
import {principalComponents} from '../../src/report/collect/principal-components.js';

const expected = golden(import.meta.url, 'report') as {
  readonly components: readonly (readonly [number, number])[];
  readonly leaveOneOut: readonly number[];
  readonly flip: {readonly relative: number; readonly otherDistance: number; readonly found: number};
};

/** The rows of scripts/golden/report.py. */
const scales = [3, 2, 1, 0.5, 0.25, 0.1];
const labels = Int32Array.from({length: 60}, (_, i) => i % 3);
const features = {
  data: formula('rows', 360).map((value, i) => {
    const [row, column] = [Math.floor(i / 6), i % 6];
    const added = labels[row] === 1 && (column === 0 || column === 4) ? 1 : 0;
    return Math.fround(Math.fround(value * scales[column]) + added);
  }),
  rows: 60,
  columns: 6,
};

const pixels = formula('images', 24 * 64);
const images = fromArrays({
  images: Uint8Array.from(pixels, value => Math.floor((0.5 + 0.5 * value) * 256)),
  height: 8,
  width: 8,
});
const all = Array.from({length: 24}, (_, i) => i);

/** Power iteration stops short of single precision; a map shows three digits. */
const componentTolerance = {atol: 2e-3, rtol: 0};

/** Of float32 sums of 64 products. */
const distanceTolerance = {atol: 1e-5, rtol: 0};

test('principal components are those of a singular value decomposition by numpy', () => {
  const draws = createRandom(1);
  const found = principalComponents(features, () => draws.uniform());
  expect(Array.from(found)).toBeAllclose(expected.components.flat(), componentTolerance);
});

test('each row left out in turn is called as numpy calls it', async () => {
  const found = leaveOneOut(await nearestOthers(features, 7), labels);
  const right = expected.leaveOneOut.filter((label, row) => label === labels[row]).length;
  expect(found).toMatchObject({k: 7, rows: 60, accuracy: right / 60});
  const {counts, classNames} = found.confusion;
  expect(classNames).toEqual(['0', '1', '2']);
  const taken = Array.from(
    {length: 9},
    (_, at) =>
      expected.leaveOneOut.filter((label, row) => label === at % 3 && labels[row] === Math.floor(at / 3)).length,
  );
  expect(counts).toEqual(taken);
});

test('a row is no neighbour of itself, not even among rows that are the same', async () => {
  const same = {data: new Float32Array(24).fill(1), rows: 6, columns: 4};
  const {rows, count} = await nearestOthers(same, 3);
  expect(count).toBe(3);
  for (let row = 0; row < 6; row++) {
    const own = Array.from(rows.subarray(3 * row, 3 * row + 3));
    expect(own).not.toContain(row);
    expect(new Set(own).size).toBe(3);
  }
});

/** Rows about three centres, far from each other. */
function clusters(n: number) {
  const noise = formula('noise', n * 8);
  const data = noise.map((value, i) => {
    const [row, column] = [Math.floor(i / 8), i % 8];
    return (column === row % 3 ? 4 : 0) + 0.6 * value;
  });
  return {data, rows: n, columns: 8};
}

test('a map keeps groups together, within its frame, the same for the same seed', async () => {
  const rows = clusters(150);
  const nearest = await nearestOthers(rows, 20);
  const map = await layOut(rows, nearest, 1);
  expect(map.by).toBe('umap');
  for (const axis of [map.x, map.y]) {
    expect(Math.min(...axis)).toBe(0);
    expect(Math.max(...axis)).toBeLessThanOrEqual(1);
  }
  expect(Math.max(...map.x, ...map.y)).toBe(1);
  const ofGroup = (i: number): number => {
    const distances = map.x.map((x, j) => (j === i ? Infinity : (x - map.x[i]) ** 2 + (map.y[j] - map.y[i]) ** 2));
    return distances.indexOf(Math.min(...distances)) % 3;
  };
  const kept = map.x.filter((_, i) => ofGroup(i) === i % 3).length;
  expect(kept).toBe(150);
  expect(await layOut(rows, nearest, 1)).toEqual(map);
  expect(await layOut(rows, nearest, 2)).not.toEqual(map);
});

test('few images are placed by principal components, one image too', async () => {
  const few = clusters(9);
  expect((await layOut(few, await nearestOthers(few, 20), 1)).by).toBe('principal components');
  const one = {data: Float32Array.of(1, 2), rows: 1, columns: 2};
  expect(await layOut(one, await nearestOthers(one, 20), 1)).toEqual({by: 'principal components', x: [0], y: [0]});
});

test('of raw pixels, flipping moves as far as numpy says', async () => {
  const encoder = tfl.sequential({layers: [tfl.layers.flatten({inputShape: [8, 8, 1]})]});
  const {kinds, otherDistance} = (await measureInvariance(encoder, images, all, 1)) ?? {kinds: [], otherDistance: 0};
  expect(kinds.map(({kind}) => kind)).toEqual(['crop', 'colour', 'blur', 'flip']); // grey images stay grey
  const flip = kinds[3];
  const {relative, otherDistance: other, found} = expected.flip;
  expect([flip.relative, flip.pixels, flip.found, otherDistance]).toBeAllclose([relative, relative, found, other], {
    ...distanceTolerance,
  });
  expect(flip.low).toBeLessThan(relative);
  expect(flip.high).toBeGreaterThan(relative);
});

test('an encoder that sums over places ignores flips and nothing else', async () => {
  const encoder = tfl.sequential({
    layers: [
      tfl.layers.conv2d({filters: 6, kernelSize: 1, activation: 'relu', inputShape: [8, 8, 1]}),
      tfl.layers.globalAveragePooling2d({}),
    ],
  });
  const weights = [formula('kernel', 6), formula('bias', 6)];
  encoder.setWeights([tf.tensor4d(weights[0], [1, 1, 1, 6]), tf.tensor1d(weights[1])]);
  const {kinds} = (await measureInvariance(encoder, images, all, 1)) ?? {kinds: []};
  const of = (name: string) => kinds.find(({kind}) => kind === name)?.relative ?? NaN;
  expect(of('flip')).toBeLessThan(1e-4);
  expect(of('colour')).toBeGreaterThan(0.1);
  expect(of('crop')).toBeGreaterThan(0.01);
});

test('the same features for all images leave nothing to compare with', async () => {
  const encoder = tfl.sequential({
    layers: [tfl.layers.flatten({inputShape: [8, 8, 1]}), tfl.layers.dense({units: 2, kernelInitializer: 'zeros'})],
  });
  expect(await measureInvariance(encoder, images, all, 1)).toBeUndefined();
});

test('nothing stays on the device', async () => {
  const encoder = tfl.sequential({layers: [tfl.layers.flatten({inputShape: [8, 8, 1]})]});
  await expectNoLeaks(async () => {
    await measureInvariance(encoder, images, all.slice(0, 4), 1);
    await nearestOthers(features, 3);
  }, 2);
  encoder.dispose();
});
