import {adjustNorms, batchNorm, encode, forTraining} from '@contrastive/layers';
import {expectNoLeaks} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {afterAll, beforeEach, expect, test} from 'vitest';
import {chirp, hideKernel, read} from './support.js';

/** The same network by other kernels. */
const SAME = {rtol: 1e-5, atol: 1e-5};

const through = (layer: tfl.layers.Layer, x: tfl.SymbolicTensor | tfl.SymbolicTensor[]): tfl.SymbolicTensor =>
  layer.apply(x) as tfl.SymbolicTensor;
const conv = (seed: number): tfl.layers.Layer => {
  const kernelInitializer = tfl.initializers.heNormal({seed});
  return tfl.layers.conv2d({filters: 4, kernelSize: 3, padding: 'same', useBias: false, kernelInitializer});
};

/** A residual block, all of whose BatchNorms are one operation with what follows, and one that is not. */
function block(): tfl.LayersModel {
  const inputs = tfl.input({shape: [8, 8, 1]});
  const stem = through(tfl.layers.reLU(), through(batchNorm({name: 'bn1'}), through(conv(1), inputs)));
  const normed = through(batchNorm({name: 'bn2'}), through(conv(2), stem));
  const sum = through(tfl.layers.reLU(), through(tfl.layers.add(), [normed, stem]));
  const last = through(batchNorm({name: 'bn3'}), through(conv(3), sum));
  return tfl.model({inputs, outputs: through(tfl.layers.globalAveragePooling2d({}), last)});
}

const encoder = block();
const images = chirp([6, 8, 8, 1], 0.1, 1.7, 0.011);
const statisticsOf = (): Float32Array[] =>
  encoder.weights
    .filter(({originalName}) => originalName.includes('moving'))
    .map(weight => weight.read().dataSync<'float32'>().slice());

beforeEach(() => {
  adjustNorms(encoder, {momentum: 0.9, fixed: () => false});
});
afterAll(() => {
  encoder.dispose();
  images.dispose();
});

const count = statisticsOf().length / 2;

test('statistics that are fixed stay, and make training give what inference gives', () => {
  for (const hide of [() => () => undefined, hideKernel]) {
    const restore = hide();
    expect(adjustNorms(encoder, {fixed: () => true})).toBe(count);
    const before = statisticsOf();
    const [trained, inferred] = [encode({encoder}, images), encoder.apply(images, {training: false}) as tf.Tensor];
    expect(trained).toBeAllclose(inferred, SAME);
    expect(statisticsOf()).toEqual(before);
    tf.dispose([trained, inferred]);
    restore();
  }
});

test('of the layers that are named alone', () => {
  adjustNorms(encoder, {fixed: name => name === 'bn1'});
  const before = statisticsOf();
  encode({encoder}, images).dispose();
  const moved = statisticsOf().map((values, i) => values.some((value, c) => value !== before[i][c]));
  expect(moved.filter(one => !one)).toHaveLength(2);
});

test('gradients go through them', () => {
  adjustNorms(encoder, {fixed: () => true});
  const through = (training: boolean): tf.Tensor =>
    tf.grad(x =>
      tf.sum(tf.square(training ? encode({encoder}, x) : (encoder.apply(x, {training: false}) as tf.Tensor))),
    )(images);
  const [trained, inferred] = [through(true), through(false)];
  expect(trained).toBeAllclose(inferred, SAME);
  tf.dispose([trained, inferred]);
});

test('momentum is the fraction kept', () => {
  const model = tfl.sequential({layers: [tfl.layers.inputLayer({inputShape: [2]}), batchNorm({name: 'bn'})]});
  expect(adjustNorms(model, {momentum: 0.75})).toBe(1);
  const x = tf.tensor2d([1, 2, 3, 6], [2, 2]); // means 2 and 4, from 0
  tf.dispose(model.apply(x, {training: true}) as tf.Tensor);
  expect(read(model.getLayer('bn'), 'moving_mean')).toBeAllclose([0.5, 1], {rtol: 1e-6});
  model.dispose();
  x.dispose();
});

test('leaves no tensor', async () => {
  adjustNorms(encoder, {fixed: () => true});
  await expectNoLeaks(() => {
    tf.dispose(tf.variableGrads(() => tf.mean(encode({encoder}, images))));
  });
});

test('copies keep what is fixed', () => {
  const fixed = (model: tfl.LayersModel): unknown[] =>
    model.layers.filter(layer => 'fixedStatistics' in layer).map(layer => layer.fixedStatistics);
  adjustNorms(encoder, {fixed: name => name === 'bn1'});
  const expected = fixed(encoder);
  expect(new Set(expected)).toEqual(new Set([true, false]));
  const copy = forTraining(encoder);
  expect(fixed(copy)).toEqual(expected);
  copy.dispose();
});
