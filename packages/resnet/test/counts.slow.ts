import {golden} from '@contrastive/testing';
import {resnet101, resnet152} from '@contrastive/resnet';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';

const {counts} = golden(import.meta.url, 'resnet') as {counts: Record<string, number>};

test.each([
  ['resnet101', resnet101],
  ['resnet152', resnet152],
] as const)('%s has as many trained numbers as torchvision without its classifier', (name, build) => {
  const model = build();
  expect(model.trainableWeights.reduce((sum, weight) => sum + tf.util.sizeFromShape(weight.shape.map(Number)), 0)).toBe(counts[name]);
  model.dispose();
});
