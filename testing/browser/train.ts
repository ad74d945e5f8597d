import {simclrAugment} from '@contrastive/augment';
import {fromArrays, twoViews} from '@contrastive/data';
import {ntXent} from '@contrastive/losses';
import {mocoV2} from '@contrastive/moco';
import {sgd} from '@contrastive/optim';
import {mocoV2Head, simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {train} from '@contrastive/train';
import {memory} from '@tensorflow/tfjs-core';
import {formula} from '../src/formula.js';

/** Images, their height and width, and how many make a batch. */
const [count, size, batchSize] = [32, 16, 8];

/** What each step showed. */
export interface Run {
  readonly losses: number[];
  /** Live tensors after it. */
  readonly tensors: number[];
}

/** Trains SimCLR or MoCo for five steps on the backend in use: the same on every one, in Node and in a page. */
export async function trainOn(name: 'simclr' | 'moco'): Promise<Run> {
  const bytes = Uint8Array.from(formula('images', count * size * size * 3), value => 127.5 + 127.5 * value);
  const images = fromArrays({images: bytes, height: size, width: size, channels: 3});
  const encoder = resnet({depths: [1, 1], width: 4, stem: 'cifar', inputShape: [size, size, 3], seed: 1});
  const head =
    name === 'simclr'
      ? simclrHead(encoder, {outputDim: 16, initializer: 'uniform', seed: 2})
      : mocoV2Head(encoder, {outputDim: 16, seed: 2});
  // At ntXent's own temperature of 0.1 so small a network magnifies rounding: within five steps backends come to lie
  // 1e-2 apart, native TensorFlow too. At 0.5 it stays 1e-6.
  const method =
    name === 'simclr'
      ? simclr({encoder, head, loss: ntXent({temperature: 0.5})})
      : mocoV2({encoder, head, queueSize: 32, keyMomentum: 0.9, seed: 3});
  const views = twoViews(images, {augment: simclrAugment({size}), batchSize, seed: 4, steps: 5});
  const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay: 1e-4});
  const run: Run = {losses: [], tensors: []};
  for await (const {loss} of train({method, views, optimizer, learningRate: 0.01})) {
    run.losses.push(loss);
    run.tensors.push(memory().numTensors);
  }
  for (const own of [optimizer, method, head, encoder]) own.dispose();
  return run;
}
