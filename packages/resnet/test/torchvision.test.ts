import {expectNoLeaks, fillByFormula, formula, formulaImages, ofLargest, sample} from '@contrastive/testing';
import {resnet, resnet101, resnet152, resnet18, resnet34, resnet50, type ResNetOptions} from '@contrastive/resnet';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {expected, hashOfNames, trainedNumbers, weightOf} from './golden.js';

/** Against torchvision in double precision. */
const FLOAT32 = 1e-4;

const presets: Record<string, (options: Omit<ResNetOptions, 'depths' | 'block'>) => tfl.LayersModel> = {
  resnet18,
  resnet34,
  resnet50,
  resnet101,
  resnet152,
};
const cases = {...expected.cases, ...expected.presets};

describe.each(Object.keys(cases))('%s', name => {
  const {block, depths, width, stem, images, ...wanted} = cases[name];
  let model: tfl.LayersModel;
  let x: tf.Tensor;
  const apply = (kwargs: object): tf.Tensor => model.apply(x, kwargs) as tf.Tensor;

  beforeAll(() => {
    const options = {width, stem, inputShape: [null, null, images[3]]} as const;
    model = name in presets ? presets[name](options) : resnet({...options, block, depths});
    fillByFormula(model);
    x = formulaImages('images', images);
  });
  afterAll(() => {
    model.dispose();
    x.dispose();
  });

  test('has the names of torchvision', () => {
    expect(hashOfNames(model)).toBe(wanted.names);
  });

  test('infers like torchvision', () => {
    const features = apply({training: false});
    expect(features.shape).toEqual([images[0], model.outputShape[1]]);
    expect(sample(features, 48)).toBeAllclose(wanted.inference, ofLargest(FLOAT32, wanted.inference));
  });

  test('has its gradients', () => {
    const size = images[0] * Number(model.outputShape[1]);
    const upstream = tf.tensor(formula('upstream', size), [images[0], size / images[0]]);
    const loss = (): tf.Scalar =>
      tf.sum(tf.mul(apply({training: wanted.gradientsIn === 'training', updateStatistics: false}), upstream));
    const weights = Object.keys(wanted.gradients).map(weight => weightOf(model, weight));
    const {value, grads} = tf.variableGrads(loss, weights);
    for (const [weight, {values, largest}] of Object.entries(wanted.gradients)) {
      expect(sample(grads[weightOf(model, weight).name]), weight).toBeAllclose(
        values,
        ofLargest(FLOAT32, values, largest),
      );
    }
    tf.dispose([upstream, value, grads]);
  });

  test('trains like torchvision, running statistics too', () => {
    expect(sample(apply({training: true}), 48)).toBeAllclose(wanted.training, ofLargest(FLOAT32, wanted.training));
    for (const [weight, values] of Object.entries(wanted.running)) {
      expect(sample(weightOf(model, weight)), weight).toBeAllclose(values, ofLargest(FLOAT32, values));
    }
  });
});

test('a training pass with gradients leaks no tensor', async () => {
  const model = resnet({depths: [1, 1], block: 'bottleneck', width: 4, inputShape: [33, 30, 3]});
  const x = formulaImages('images', [2, 33, 30, 3]);
  await expectNoLeaks(() => {
    const {value, grads} = tf.variableGrads(() =>
      tf.mean<tf.Scalar>(tf.square(model.apply(x, {training: true}) as tf.Tensor)),
    );
    tf.dispose([value, grads, model.predict(x)]);
  }, 2);
});

describe.each(['imagenet', 'cifar'] as const)('%s stem', stem => {
  test.each(Object.keys(expected.sizes[stem]))('on images of %s', size => {
    const [height, width] = size.split('x').map(Number);
    const x = formulaImages('images', [2, height, width, 1]);
    const wanted = expected.sizes[stem][size];
    for (const inputShape of [
      [null, null, 1],
      [height, width, 1],
    ] as const) {
      const model = resnet({depths: [1, 1], width: 4, stem, inputShape});
      fillByFormula(model);
      expect(model.predict(x) as tf.Tensor).toBeAllclose(wanted, ofLargest(FLOAT32, wanted));
      model.dispose();
    }
  });
});

test.each([
  ['resnet18', resnet18, 512],
  ['resnet34', resnet34, 512],
  ['resnet50', resnet50, 2048],
] as const)('%s has as many trained numbers as torchvision without its classifier', (name, build, features) => {
  const model = build();
  expect(trainedNumbers(model)).toBe(expected.counts[name]);
  expect(model.outputShape).toEqual([null, features]);
  model.dispose();
});
