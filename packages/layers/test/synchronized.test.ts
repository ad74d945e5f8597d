import {alone, batchNorm, forTraining, toStockTopology} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {expect, test} from 'vitest';
import {apply, built, chirp} from './support.js';

// What several ranks compute: testing/test/ranks.test.ts.

test('a process by itself normalises by its own batch, as without the option', () => {
  const x = chirp([4, 2, 2, 3], 0.1, 1.7, 0.011);
  const [plain, own] = [built(x.shape), built(x.shape, {synchronized: true})].map(layer =>
    apply(layer, x, {communicator: alone}),
  );
  expect(own.dataSync()).toEqual(plain.dataSync());
});

test('the option is saved with the layer, and no part of the stock one', () => {
  const model = tfl.sequential({
    layers: [tfl.layers.inputLayer({inputShape: [3]}), batchNorm({synchronized: true, name: 'bn'})],
  });
  const topology = model.toJSON(null, false) as unknown;
  expect(JSON.stringify(topology)).toContain('"synchronized":true');
  expect(JSON.stringify(toStockTopology(topology as object))).not.toContain('synchronized');
  const copy = forTraining(model);
  expect(copy.getLayer('bn').getConfig().synchronized).toBe(true);
  for (const one of [model, copy]) one.dispose();
});

test('groups of images and images of all ranks exclude each other', () => {
  const layer = built([4, 2], {synchronized: true, splits: 2, name: 'bn'});
  const x = tf.ones([4, 2]);
  expect(() => apply(layer, x, {communicator: {...alone, size: 2}})).toThrow(
    /expected 1 as splits of a layer that is synchronized, got 2; either groups of images are normalised apart,/,
  );
});
