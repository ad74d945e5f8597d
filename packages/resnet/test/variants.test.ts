import {resnet, type ResNetOptions} from '@contrastive/resnet';
import {expectNoLeaks, fillByFormula, formulaImages, golden, ofLargest, sample} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';

/** Against torch in double precision. */
const FLOAT32 = 1e-5;

const variants = golden(import.meta.url, 'variants') as readonly {
  readonly options: ResNetOptions;
  readonly images: [number, number, number, number];
  readonly inference: number[];
}[];

test.each(variants)('$options infers like torch', async ({options, images, inference}) => {
  const model = resnet(options);
  fillByFormula(model);
  const x = formulaImages('images', images);
  const features = model.predict(x) as tf.Tensor;
  expect(sample(features, 48)).toBeAllclose(inference, ofLargest(FLOAT32, inference));
  await expectNoLeaks(() => {
    const {value, grads} = tf.variableGrads(() => tf.mean<tf.Scalar>(model.apply(x, {training: true}) as tf.Tensor));
    tf.dispose([value, grads]);
  }, 1);
  tf.dispose([x, features]);
  model.dispose();
});

test.each<[options: object, kind: new () => Error, message: string]>([
  [{stemPadding: -1}, RangeError, 'expected an integer from 0 on as stemPadding, got -1.'],
  [{stemPadding: '2'}, TypeError, "as stemPadding, got '2'."],
  [{epsilon: 0}, RangeError, 'expected a number above 0 as epsilon, got 0.'],
  [{block: 'bottleneck', innerWidth: 0}, RangeError, 'as innerWidth, got 0.'],
  [{block: 'bottleneck', bottleneckStride: 3}, TypeError, "expected '1x1' or '3x3' as bottleneckStride, got 3."],
  [{innerWidth: 8}, RangeError, "expected 'bottleneck' as block beside innerWidth, got 'basic'; leave innerWidth out."],
  [{bottleneckStride: '1x1'}, RangeError, "as block beside bottleneckStride, got 'basic'; leave bottleneckStride out."],
])('resnet refuses %j', (options, kind, message) => {
  const before = tf.memory().numTensors;
  const make = () => resnet({depths: [1], width: 2, inputShape: [8, 8, 1], ...options});
  expect(make).toThrow(kind);
  expect(make).toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});
