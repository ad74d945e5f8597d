import {augmentation, colorJitter, randomResizedCrop, type Augment} from '@contrastive/augment';
import {oneView, twoViews, type TwoViews} from '@contrastive/data';
import type {Images} from '@contrastive/example';
import {supervised} from '@contrastive/linear-probe';
import {ntXent} from '@contrastive/losses';
import {mocoV2} from '@contrastive/moco';
import {mocoV2Head, simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import type {Method} from '@contrastive/train';
import type {Run} from '@contrastive/train/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Settings} from './settings.js';

/** What is trained before it is measured. */
export const trained = ['supervised', 'SimCLR', 'MoCo v2'] as const;

/** A way to train. */
export type Trained = (typeof trained)[number];

/** A training that is about to begin. */
export interface Training {
  readonly encoder: LayersModel;
  readonly method: Method;
  /** Features to logits, of the supervised training. */
  readonly head: LayersModel;
  readonly steps: number;
  /** Its batches, from where a run goes on. */
  readonly viewsOf: (resume?: Run['resume']) => TwoViews;
  /** Frees method and head, and leaves the encoder. */
  readonly dispose: () => void;
}

/**
 * The network with its random weights. With `learns` each block starts as the identity, which trains better; of a
 * network that is not trained that would make a weaker baseline.
 */
export function newEncoder(images: Images, {depths, width}: Settings, seed: number, learns: boolean): LayersModel {
  const inputShape = [...images.size, images.channels] as const;
  return resnet({depths, width, stem: 'cifar', inputShape, zeroInitLastGamma: learns, seed});
}

/** The same views for both contrastive methods: cropped, flipped, lighter or darker. */
const contrastiveViews = ({size: [size]}: Images, {area, jitter}: Settings): Augment =>
  augmentation([
    randomResizedCrop({size, area, flip: 0.5}),
    colorJitter({brightness: jitter, contrast: jitter, probability: 0.8}),
  ]);

/** Prepares a training of the network by one of the methods. */
export function training(kind: Trained, images: Images, settings: Settings, seed: number): Training {
  const {batchSize, projection: outputDim} = settings;
  const encoder = newEncoder(images, settings, seed, true);
  if (kind === 'supervised') {
    const method = supervised({encoder, classCount: images.classNames?.length ?? 0});
    const augment = augmentation([randomResizedCrop({size: images.size[0], area: settings.area, flip: 0.5})]);
    const options = {augment, batchSize, seed, epochs: settings.supervisedEpochs};
    const viewsOf: Training['viewsOf'] = resume => oneView(images, {...options, ...resume});
    const dispose = (): void => {
      method.dispose();
    };
    return {encoder, method, head: method.head, steps: viewsOf().steps, viewsOf, dispose};
  }
  const options = {augment: contrastiveViews(images, settings), batchSize, seed, epochs: settings.epochs};
  const viewsOf: Training['viewsOf'] = resume => twoViews(images, {...options, ...resume});
  const simple = kind === 'SimCLR';
  const head = simple
    ? simclrHead(encoder, {outputDim, initializer: 'uniform', seed})
    : mocoV2Head(encoder, {outputDim, seed});
  const {temperature, mocoTemperature, queueSize, keyMomentum} = settings;
  const method = simple
    ? simclr({encoder, head, loss: ntXent({temperature})})
    : mocoV2({encoder, head, temperature: mocoTemperature, queueSize, keyMomentum, symmetric: true, seed});
  const dispose = (): void => {
    method.dispose();
    head.dispose();
  };
  return {encoder, method, head, steps: viewsOf().steps, viewsOf, dispose};
}
