import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {fromArrays, twoViews} from '@contrastive/data';
import {evalAugment} from '@contrastive/augment';
import {namedWeights, recordedPreparation} from '@contrastive/layers';
import {moco} from '@contrastive/moco';
import {sgd} from '@contrastive/optim';
import {mocoV1Head, simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {expectNoLeaks, fillByFormula, formulaImages} from '@contrastive/testing';
import {train, type Method} from '@contrastive/train';
import {cut} from '@contrastive/weights';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';

const exact = {rtol: 0, atol: 0};
const preparation = {channels: 1, size: 8, crop: 1, interpolation: 'bicubic'};
let model: tfl.LayersModel;
let x: tf.Tensor;
beforeAll(() => {
  model = resnet({depths: [1, 1], width: 4, stem: 'cifar', inputShape: [8, 8, 1]});
  fillByFormula(model);
  model.setUserDefinedMetadata({preparation});
  x = formulaImages('images', [2, 8, 8, 1]);
});
afterAll(() => {
  model.dispose();
  x.dispose();
});

describe('a model up to a layer', () => {
  test('gives what the layer gives, or its mean over the pixels', () => {
    const inside = tfl.model({inputs: model.inputs, outputs: model.getLayer('layer1.0.relu').output});
    const wanted = inside.predict(x) as tf.Tensor;
    const [whole, pooled] = [cut(model, 'layer1.0.relu', {pool: 'none'}), cut(model, 'layer1.0.relu')];
    expect(whole.predict(x) as tf.Tensor).toBeAllclose(wanted, {rtol: 1e-6, atol: 1e-6});
    expect(pooled.predict(x) as tf.Tensor).toBeAllclose(tf.mean(wanted, [1, 2]), {rtol: 1e-5, atol: 1e-6});
    expect(pooled.outputShape).toEqual([null, 4]);
    expect(pooled.name).toBe(model.name);
    expect(recordedPreparation(pooled)).toEqual(preparation);
    expect(pooled.layers.some(({name}) => name.startsWith('layer2'))).toBe(false);
    const last = cut(model, 'avgpool', {name: 'copy'});
    expect(last.outputShape).toEqual([null, 8]);
    expect(last.name).toBe('copy');
    for (const one of [whole, pooled, last]) one.dispose();
  });

  test('shares nothing with the original', () => {
    const before = model.predict(x) as tf.Tensor;
    const part = cut(model, 'layer1.0.relu');
    const variables = new Set(namedWeights(model, '').map(({variable}) => variable));
    for (const {variable} of namedWeights(part, '')) {
      expect(variables.has(variable)).toBe(false);
      variable.assign(tf.zerosLike(variable));
    }
    part.trainable = false;
    expect(model.trainableWeights.length).toBeGreaterThan(0);
    part.dispose();
    expect(model.predict(x) as tf.Tensor).toBeAllclose(before, exact);
  });

  test('leaves no tensor behind, and the original can be disposed', async () => {
    await expectNoLeaks(() => {
      const own = resnet({depths: [1, 1], width: 2, stem: 'cifar', inputShape: [8, 8, 1]});
      cut(own, 'layer1.0.relu').dispose();
      own.dispose();
    }, 2);
  });

  test('is frozen where the original is', () => {
    const own = resnet({depths: [1, 1], width: 2, stem: 'cifar', inputShape: [8, 8, 1]});
    own.getLayer('conv1').trainable = false;
    const part = cut(own, 'layer1.0.relu');
    const frozen = namedWeights(part, '').filter(({parameter, trainable}) => parameter && !trainable);
    expect(frozen.map(({name}) => name)).toEqual(['/conv1/kernel']);
    own.trainable = false;
    const all = cut(own, 'layer1.0.relu');
    expect(all.trainableWeights).toEqual([]);
    for (const one of [own, part, all]) one.dispose();
  });
});

test('a name that no layer has', () => {
  expect(() => cut(model, 'layer1.0.relu3')).toThrow(
    /^cut: expected the name of a layer of the model, such as .*'avgpool', as layerName, got .*; did you mean 'layer1/,
  );
  expect(() => cut(model, 'layer1.0.relu3')).toThrow(RangeError);
});

test.each([
  ['layer2.5.relu', 'layer2.1.relu'],
  ['layer2', 'layer2.1.relu'],
  ['layer2.7', 'layer2.1.relu'],
  ['layer1.0.cnv2', 'layer1.0.conv2'],
  ['avgpol', 'avgpool'],
])('%s is taken for %s', (given, wanted) => {
  const deeper = resnet({depths: [1, 2], width: 2, stem: 'cifar', inputShape: [8, 8, 1]});
  expect(() => cut(deeper, given)).toThrow(`got '${given}'; did you mean '${wanted}'?`);
  deeper.dispose();
});

test('a layer that is called twice', () => {
  const input = tfl.input({shape: [4]});
  const dense = tfl.layers.dense({units: 4, name: 'twice'});
  const twice = tfl.model({inputs: input, outputs: dense.apply(dense.apply(input)) as tfl.SymbolicTensor});
  expect(() => cut(twice, 'twice')).toThrow("expected a layer with one output as layerName, got 'twice', which has 2;");
  twice.dispose();
});

test.each<[string, (encoder: tfl.LayersModel) => Method]>([
  ['simclr', encoder => simclr({encoder, head: simclrHead(encoder, {outputDim: 4})})],
  ['moco', encoder => moco({encoder, head: mocoV1Head(encoder, {outputDim: 4}), queueSize: 8})],
])('trains by %s', async (_name, make) => {
  const encoder = cut(model, 'layer1.0.relu');
  const images = fromArrays({
    images: Uint8Array.from({length: 8 * 64}, (_, i) => (i * 37) % 251),
    height: 8,
    width: 8,
    channels: 1,
  });
  const method = make(encoder);
  const before = namedWeights(encoder, '').map(({variable}) => variable.clone());
  const views = twoViews(images, {augment: evalAugment({size: 8}), batchSize: 4, seed: 1, epochs: 1});
  for await (const {loss} of train({method, optimizer: sgd(method.parameters), views, learningRate: 0.1}))
    expect(Number.isFinite(loss)).toBe(true);
  const moved = namedWeights(encoder, '').filter(({variable, trainable}, i) => {
    return trainable && tf.max(tf.abs(tf.sub(variable, before[i]))).dataSync()[0] > 0;
  });
  expect(moved.length).toBeGreaterThan(5);
});
