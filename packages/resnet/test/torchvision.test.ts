import {expectNoLeaks, golden} from '@contrastive/testing';
import {resnet, resnet18, resnet34, resnet50} from '@contrastive/resnet';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {fill, formula, torchName} from './formula.js';

/** Against double precision: single precision through a dozen layers. */
const CLOSE = {rtol: 1e-4, atol: 1e-5};
/** Gradients of sums of hundreds of terms of either sign: relative to the largest number of the tensor. */
const GRADIENT_RTOL = 1e-3;

interface Case {
  readonly block: 'basic' | 'bottleneck';
  readonly depths: number[];
  readonly width: number;
  readonly stem: 'imagenet' | 'cifar';
  readonly images: [number, number, number, number];
  readonly inference: number[];
  readonly training: number[];
  readonly gradients: Record<string, number[]>;
  readonly running: Record<string, number[]>;
  readonly names: string[];
}
const {cases, counts} = golden(import.meta.url, 'resnet') as {cases: Record<string, Case>; counts: Record<string, number>};

const weightOf = (model: tfl.LayersModel, name: string): tf.Tensor => {
  const weight = model.weights.find(candidate => torchName(candidate) === name);
  if (!weight) throw new Error(`no weight ${name}`);
  return weight.read();
};
const parameters = (model: tfl.LayersModel): tf.Variable[] =>
  model.trainableWeights.map(weight => weight.read()).filter((value): value is tf.Variable => value instanceof tf.Variable);

describe.each(Object.keys(cases))('%s', name => {
  const {block, depths, width, stem, images, ...expected} = cases[name];
  let model: tfl.LayersModel;
  let x: tf.Tensor;
  const apply = (kwargs: object): tf.Tensor => model.apply(x, kwargs) as tf.Tensor;

  beforeAll(() => {
    model = resnet({block, depths, width, stem, inputShape: [null, null, images[3]]});
    fill(model);
    x = tf.tensor(formula('images', images.reduce((a, b) => a * b)).map(value => 0.5 + 0.5 * value), images);
  });
  afterAll(() => {
    model.dispose();
    x.dispose();
  });

  test('has the names of torchvision', () => {
    expect(model.weights.map(torchName).sort()).toEqual(expected.names);
  });

  test('infers like torchvision', () => {
    const features = apply({training: false});
    expect(features.shape).toEqual([images[0], model.outputShape[1]]);
    expect(features).toBeAllclose(expected.inference, CLOSE);
  });

  test('has its gradients', () => {
    const upstream = tf.tensor(formula('upstream', expected.training.length), [images[0], expected.training.length / images[0]]);
    const weights = parameters(model);
    const loss = (): tf.Scalar => tf.sum(tf.mul(apply({training: true, updateStatistics: false}), upstream));
    const {grads} = tf.variableGrads(loss, weights);
    for (const [weight, wanted] of Object.entries(expected.gradients)) {
      const variable = weightOf(model, weight) as tf.Tensor & {name: string};
      const gradient = grads[variable.name].dataSync().slice(0, wanted.length);
      expect(gradient, weight).toBeAllclose(wanted, {rtol: GRADIENT_RTOL, atol: GRADIENT_RTOL * Math.max(...wanted.map(Math.abs))});
    }
    tf.dispose(grads);
  });

  test('trains like torchvision, running statistics too', () => {
    expect(apply({training: true})).toBeAllclose(expected.training, CLOSE);
    for (const [weight, wanted] of Object.entries(expected.running)) {
      expect(weightOf(model, weight).dataSync().slice(0, wanted.length), weight).toBeAllclose(wanted, CLOSE);
    }
  });

  test('a training pass with gradients leaks no tensor', async () => {
    const weights = parameters(model);
    await expectNoLeaks(() => {
      const {value, grads} = tf.variableGrads(() => tf.mean<tf.Scalar>(tf.square(apply({training: true}))), weights);
      tf.dispose([value, ...Object.values(grads)]);
      tf.dispose(model.predict(x));
    }, 2);
  });
});

test.each([
  ['resnet18', resnet18, 512],
  ['resnet34', resnet34, 512],
  ['resnet50', resnet50, 2048],
] as const)('%s has as many trained numbers as torchvision without its classifier', (name, build, features) => {
  const model = build();
  expect(model.trainableWeights.reduce((sum, weight) => sum + tf.util.sizeFromShape(weight.shape.map(Number)), 0)).toBe(counts[name]);
  expect(model.outputShape).toEqual([null, features]);
  model.dispose();
});
