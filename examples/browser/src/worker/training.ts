/**
 * The training, as it stands in any program: an encoder and its head, the method, views, the optimiser. Nothing here
 * is of the page or of a worker.
 */
import {mocoV2Augment, simclrAugment, type Augment} from '@contrastive/augment';
import {twoViews, type Source} from '@contrastive/data';
import {ntXent} from '@contrastive/losses';
import {mocoV2} from '@contrastive/moco';
import {linearScaling, sgd, warmupCosine} from '@contrastive/optim';
import {mocoV2Head, simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {train, type Method, type StepRecord} from '@contrastive/train';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Settings} from '../settings.js';

/** A training that is ready to run. */
export interface Training {
  /** Images `[n, size, size, channels]` to features `[n, 64]`. */
  readonly encoder: LayersModel;
  /** What makes the views. */
  readonly augment: Augment;
  /** One record a step; going through them trains. */
  readonly records: AsyncIterable<StepRecord>;
  /** Frees networks and optimiser. */
  dispose(): void;
}

/** Numbers that the page does not ask for. */
const fixed = {
  depths: [1, 1, 1], // residual blocks of each stage
  width: 16, // channels of the first stage: a step takes a fraction of a second without a graphics card
  projection: 64, // numbers that the loss compares
  area: [0.2, 1], // of the image that a crop keeps
  temperature: 0.2, // the authors' advice for small batches
  learningRate: 0.24, // of 256 images a step, and in proportion
  warmup: 0.05, // of all steps
  momentum: 0.9, // of SGD
  weightDecay: 5e-4, // usual for SGD on small images
  keyMomentum: 0.99, // of MoCo: in a run of some hundred steps the paper's 0.999 would lag too long
  mostKeys: 1024, // in the queue of MoCo
} as const;

/** Negatives of MoCo: at most half as many as there are images, or too many are old keys of the very image. */
const queueSize = (images: number, batchSize: number): number =>
  Math.max(batchSize, Math.min(fixed.mostKeys, Math.floor(images / 2)));

/**
 * Makes a training ready.
 *
 * @param images At least as many as a batch.
 * @throws TypeError or RangeError for settings that do not fit the images.
 */
export function createTraining(images: Source, settings: Settings): Training {
  const {method: name, size, batchSize, steps, seed} = settings;
  const {depths, width, projection: outputDim, area, temperature, keyMomentum, momentum, weightDecay} = fixed;

  // What features must not depend on: where the image is cropped, whether it is flipped, its light and colours.
  const augment = name === 'simclr' ? simclrAugment({size, area}) : mocoV2Augment({size, area, normalization: false});
  const views = twoViews(images, {augment, batchSize, seed, steps});

  // The encoder is what we want. The loss sees it through a head, which is thrown away afterwards.
  const encoder = resnet({depths, width, stem: 'cifar', inputShape: [size, size, images.channels], seed});
  const head =
    name === 'simclr'
      ? simclrHead(encoder, {outputDim, initializer: 'uniform', seed})
      : mocoV2Head(encoder, {outputDim, seed});
  const method: Method =
    name === 'simclr'
      ? simclr({encoder, head, loss: ntXent({temperature})})
      : mocoV2({encoder, head, temperature, keyMomentum, queueSize: queueSize(images.length, batchSize), seed});
  const optimizer = sgd(method.parameters, {momentum, weightDecay});
  const learningRate = warmupCosine({
    base: linearScaling(fixed.learningRate, batchSize),
    steps,
    warmupSteps: Math.floor(fixed.warmup * steps),
  });
  return {
    encoder,
    augment,
    records: train({method, views, optimizer, learningRate, seed, metricsEvery: 5}),
    dispose: () => {
      for (const own of [optimizer, method, head, encoder]) own.dispose();
    },
  };
}
