import {augmentation, colorJitter, randomResizedCrop, type Augment} from '@contrastive/augment';
import type {IndexedSource} from '@contrastive/data';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Settings} from './settings.js';

function network(
  {height, width: imageWidth, channels}: IndexedSource,
  {depths, width}: Settings,
  seed: number,
  zeroInitLastGamma: boolean,
): LayersModel {
  return resnet({depths, width, stem: 'cifar', inputShape: [height, imageWidth, channels], zeroInitLastGamma, seed});
}

/**
 * The network that learns, `[n, height, width, channels]` to features `[n, 8 · width]`: the same seed gives the same
 * weights. Each residual block starts as the identity (its last γ at 0), as in SimCLR: the first steps go better.
 */
export function createEncoder(images: IndexedSource, settings: Settings, seed: number): LayersModel {
  return network(images, settings, seed, true);
}

/**
 * The same network with the same random convolutions, not to be trained. Its blocks do not start as the identity: that
 * would be a weaker baseline.
 */
export function createUntrained(images: IndexedSource, settings: Settings, seed: number): LayersModel {
  return network(images, settings, seed, false);
}

/** The head that only the loss sees, features `[n, d]` to projections `[n, projection]`; thrown away after training. */
export function createHead(encoder: LayersModel, {projection}: Settings, seed: number): LayersModel {
  const features = encoder.outputs[0].shape.at(-1) ?? 0;
  // Torch's start. The paper's, N(0, 0.01²), is meant for LARS: with plain SGD so small a head takes steps that are too
  // large.
  return simclrHead(features, {outputDim: projection, initializer: 'uniform', seed});
}

/** What makes two views of an image different: where it is cut out, whether it is turned over, how light it is. */
export function createAugment({height}: IndexedSource, {minArea, jitter, jitterProbability}: Settings): Augment {
  return augmentation([
    randomResizedCrop({size: height, area: [minArea, 1], flip: 0.5}),
    colorJitter({brightness: jitter, contrast: jitter, probability: jitterProbability}),
  ]);
}
