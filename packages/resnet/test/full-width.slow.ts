import {fillByFormula, formulaImages, ofLargest, sample} from '@contrastive/testing';
import {resnet101, resnet152, resnet18, resnet34, resnet50} from '@contrastive/resnet';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {expected, trainedNumbers} from './golden.js';

/** Against torchvision in double precision. */
const FLOAT32 = 1e-4;

test.each([
  ['resnet18', resnet18, 512],
  ['resnet34', resnet34, 512],
  ['resnet50', resnet50, 2048],
  ['resnet101', resnet101, 2048],
  ['resnet152', resnet152, 2048],
] as const)('%s is that of torchvision at full width', (name, build, features) => {
  const {images, inference, training} = expected.fullWidth[name];
  const model = build();
  expect(trainedNumbers(model)).toBe(expected.counts[name]);
  expect(model.outputShape).toEqual([null, features]);
  fillByFormula(model);
  tf.tidy(() => {
    const x = formulaImages('images', images);
    expect(sample(model.predict(x) as tf.Tensor, 48)).toBeAllclose(inference, ofLargest(FLOAT32, inference));
    expect(sample(model.apply(x, {training: true}) as tf.Tensor, 48)).toBeAllclose(
      training,
      ofLargest(FLOAT32, training),
    );
  });
  model.dispose();
});
