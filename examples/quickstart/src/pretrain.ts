import {augmentation, colorJitter, randomResizedCrop, type Augment} from '@contrastive/augment';
import {twoViews} from '@contrastive/data';
import type {Ranks} from '@contrastive/distributed';
import {progress, type Images, type Output} from '@contrastive/example';
import {ntXent} from '@contrastive/losses';
import {sgd, warmupCosine} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {train} from '@contrastive/train';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {CurvePoint} from './report/training.js';
import type {RunFolder} from './run-folder.js';
import type {Settings} from './settings.js';

/**
 * The network, `[n, height, width, channels]` to features `[n, 8 · width]`: the same seed gives the same random
 * convolutions. With `learns` each residual block starts as the identity (its last γ at 0), as in SimCLR: the first
 * steps go better. Of a network that is not to be trained that would make a weaker baseline.
 */
export function createEncoder(images: Images, {depths, width}: Settings, seed: number, learns: boolean): LayersModel {
  const inputShape = [...images.size, images.channels] as const;
  return resnet({depths, width, stem: 'cifar', inputShape, zeroInitLastGamma: learns, seed});
}

/** What makes two views of an image different: where it is cropped, whether it is flipped, how light it is. */
export function createAugment({size: [height]}: Images, {minArea, jitter, jitterProbability}: Settings): Augment {
  return augmentation([
    randomResizedCrop({size: height, area: [minArea, 1], flip: 0.5}),
    colorJitter({brightness: jitter, contrast: jitter, probability: jitterProbability}),
  ]);
}

/** What training needs besides its settings. */
interface Pretraining {
  /** Trained in place. */
  readonly encoder: LayersModel;
  /** Images to learn from; their labels are not looked at. */
  readonly images: Images;
  /** Makes the two views. */
  readonly augment: Augment;
  /** Decides weights, order and views. */
  readonly seed: number;
  /** The processes that share each batch. */
  readonly communicator: Ranks;
  /** Gets a record of every step. */
  readonly folder?: RunFolder;
  /** Gets the progress line; nothing is told without. */
  readonly output?: Output;
}

/**
 * Trains an encoder by SimCLR: its features must tell which two random views come from one image. Returns loss and
 * accuracy of every step.
 */
export async function pretrain(
  {encoder, images, augment, seed, communicator, folder, output}: Pretraining,
  {batchSize, epochs, projection, temperature, weightDecay, learningRate: base, warmup}: Settings,
): Promise<CurvePoint[]> {
  const views = twoViews(images, {augment, batchSize, seed, epochs, ranks: communicator});
  const {steps, stepsPerEpoch} = views;

  // The loss asks of each view: which of all others comes from the same image? It sees the encoder through a head that
  // is thrown away afterwards. Paper: weights from N(0, 0.01²), which suits LARS. Here: torch's start, because with
  // plain SGD so small a head takes steps that are too large.
  const head = simclrHead(encoder, {outputDim: projection, initializer: 'uniform', seed});
  const method = simclr({encoder, head, loss: ntXent({temperature})});
  const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay});
  const learningRate = warmupCosine({base, steps, warmupSteps: Math.floor(warmup * steps)});

  const curve: CurvePoint[] = [];
  const report = output ? progress(views, batchSize, output) : () => undefined;
  const began = performance.now();
  let last = began;
  try {
    const training = {method, views, optimizer, learningRate, seed, communicator, metricsEvery: 1};
    for await (const record of train(training)) {
      const {step, loss, learningRate: rate, metrics} = record;
      const now = performance.now();
      folder?.record({
        step,
        epoch: Math.floor(step / stepsPerEpoch),
        loss,
        learningRate: rate,
        ...metrics,
        secondsElapsed: (now - began) / 1000,
        imagesPerSecond: (1000 * batchSize) / (now - last),
      });
      last = now;
      curve.push({epoch: (step + 1) / stepsPerEpoch, loss, contrastiveAccuracy: metrics?.contrastiveAccuracy ?? NaN});
      report(record);
    }
  } finally {
    for (const own of [optimizer, method, head]) own.dispose();
  }
  return curve;
}
