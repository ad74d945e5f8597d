import {projectionHead} from '@contrastive/projection-head';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {expect, test} from 'vitest';
import {simSiam} from '../src/sim-siam.js';

const context = {step: 0, seed: 1};

/** A linear encoder of 2 × 2 grey pixels, and both heads, small. */
function networks() {
  const encoder = tfl.sequential({
    layers: [tfl.layers.flatten({inputShape: [2, 2, 1]}), tfl.layers.dense({units: 4, name: 'features'})],
  });
  const head = projectionHead({inputDim: 4, outputDim: 3, name: 'projector'});
  const predictor = projectionHead({inputDim: 3, hiddenDims: [2], outputDim: 3, seed: 1, name: 'predictor'});
  const dispose = () => {
    for (const model of [encoder, head, predictor]) model.dispose();
  };
  return {encoder, head, predictor, dispose};
}

const views = () => ({
  first: tf.randomNormal<tf.Rank.R4>([5, 2, 2, 1], 0, 1, 'float32', 1),
  second: tf.randomNormal<tf.Rank.R4>([5, 2, 2, 1], 0, 1, 'float32', 2),
  indices: new Int32Array(5),
  preparation: {channels: 1} as const,
});

/** Minus the mean cosine of rows. */
function negativeCosine(a: number[][], b: number[][]): number {
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  const cosines = a.map((row, i) => dot(row, b[i]) / Math.sqrt(dot(row, row) * dot(b[i], b[i])));
  return -cosines.reduce((sum, value) => sum + value, 0) / a.length;
}

test('the loss is the mean of both directions of equation 2', async () => {
  const {dispose, ...models} = networks();
  const method = simSiam(models);
  const batch = views();
  const projections = method.project(batch);
  const loss = method.loss(projections, method.targets(batch, context));
  const [z1, z2, p1, p2] = await Promise.all(
    (['z1', 'z2', 'p1', 'p2'] as const).map(name => projections[name].array()),
  );
  expect((await loss.data())[0]).toBeCloseTo((negativeCosine(p1, z2) + negativeCosine(p2, z1)) / 2, 5);
  tf.dispose([projections, loss, batch.first, batch.second]);
  dispose();
});

test('no gradient reaches the targets', async () => {
  const {dispose, ...models} = networks();
  const method = simSiam(models);
  const batch = views();
  const projections = method.project(batch);
  /** By these projections alone, as if nothing else depended on them. */
  const gradientBy = (name: 'z1' | 'p1') =>
    tf.grad(x => method.loss({...projections, [name]: x as tf.Tensor2D}, {}))(projections[name]);
  expect(() => gradientBy('z1')).toThrow(/Cannot compute gradient/);
  const gradient = gradientBy('p1');
  expect(Math.max(...(await gradient.data()).map(Math.abs))).toBeGreaterThan(0);
  tf.dispose([projections, gradient, batch.first, batch.second]);
  dispose();
});

test('names all three networks, restores them and remembers how images are prepared', async () => {
  const {dispose, ...models} = networks();
  const method = simSiam(models);
  expect(Object.keys(method.parameters)).toEqual([
    'encoder/features/kernel',
    'encoder/features/bias',
    'head/projection1/kernel',
    'head/projection1/bias',
    'predictor/projection1/kernel',
    'predictor/projection1/bias',
    'predictor/projection2/kernel',
    'predictor/projection2/bias',
  ]);
  const saved = Object.fromEntries(
    Object.entries(method.state()).map(([name, variable]) => [name, tf.ones(variable.shape)]),
  );
  await method.restore(saved);
  for (const variable of Object.values(method.state())) expect(new Set(await variable.data())).toEqual(new Set([1]));
  const batch = views();
  tf.dispose(method.project(batch));
  expect(models.encoder.getUserDefinedMetadata()).toEqual({preparation: {channels: 1}});
  tf.dispose([saved, batch.first, batch.second]);
  dispose();
});
