import {
  augmentation,
  colorJitter,
  gaussianBlur,
  grayscale,
  randomResizedCrop,
  type Augment,
} from '@contrastive/augment';
import {labelSubset, oneView, subset, twoViews, type Source, type TwoViews} from '@contrastive/data';
import {supervised} from '@contrastive/linear-probe';
import {infoNCE, ntXent} from '@contrastive/losses';
import {moco} from '@contrastive/moco';
import {mocoV1Head, mocoV2Head, simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import type {Method} from '@contrastive/train';
import type {Run} from '@contrastive/train/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {channelsOf} from './base.js';
import type {Look, MocoTraining, SimclrTraining, Training, Untrained} from './experiment.js';

/*
 * Keys of cells have the settings, not what is made of them here: whoever changes that, as outputDim, heads, views or
 * first weights, raises EDITION in cells.ts.
 */

/** A training that is about to begin. */
export interface Prepared {
  readonly method: Method;
  /** Features to what the loss compares, or to logits. */
  readonly head?: LayersModel;
  /** Its batches, from where a run goes on. */
  readonly viewsOf: (resume?: Run['resume']) => TwoViews;
  /** Frees method and head, and leaves the encoder. */
  readonly dispose: () => void;
}

/** The network with its random weights; one that learns begins with blocks that are the identity, as in SimCLR. */
export function newEncoder({images, size, depths, width, method}: Training, seed: number): LayersModel {
  const inputShape = [size, size, channelsOf(images)] as const;
  return resnet({depths, width, stem: 'cifar', inputShape, zeroInitLastGamma: method !== 'untrained', seed});
}

/** What makes views. Blur has the outermost pixels beyond the border: a dark frame would tell which images it met. */
function augmentOf({crop, jitter, grey, blur}: Look, size: number): Augment {
  return augmentation([
    ...(crop ? [randomResizedCrop({size, area: crop, flip: 0.5})] : []),
    ...(jitter ? [colorJitter(jitter)] : []),
    ...(grey === undefined ? [] : [grayscale({probability: grey})]),
    ...(blur === undefined ? [] : [gaussianBlur({probability: blur, border: 'edge'})]),
  ]);
}

/** The numbers that the losses compare, as in both papers. */
const outputDim = 128;

/** The head of a contrastive training: SimCLR's with BatchNorm and torch's start, MoCo's without. */
function headOf(training: SimclrTraining | MocoTraining, encoder: LayersModel, seed: number): LayersModel | undefined {
  const options = {outputDim, seed};
  if (training.head === 'none') return undefined;
  const linear = training.head === 'linear';
  if (training.method === 'MoCo') return linear ? mocoV1Head(encoder, options) : mocoV2Head(encoder, options);
  return simclrHead(encoder, {...options, initializer: 'uniform', ...(linear && {layers: 1})});
}

function contrastive(training: SimclrTraining | MocoTraining, encoder: LayersModel, seed: number) {
  const head = headOf(training, encoder, seed);
  const networks = {encoder, ...(head && {head})};
  const {temperature} = training;
  try {
    if (training.method === 'SimCLR') return {head, method: simclr({...networks, loss: ntXent({temperature})})};
    const {queueSize, keyMomentum, splits, shuffle} = training;
    const loss = infoNCE({temperature});
    return {head, method: moco({...networks, loss, queueSize, keyMomentum, splits, shuffle, seed})};
  } catch (error) {
    head?.dispose();
    throw error;
  }
}

/** The images that a training learns from: evenly from first to last, of labelled ones as many of each class. */
function learnedFrom(training: Exclude<Training, Untrained>, images: Source, seed: number): Source {
  const count = Math.min(training.count, images.length);
  if (count === images.length) return images;
  const {labels = new Int32Array()} = images;
  const rows = Array.from({length: count}, (_, i) => Math.floor((i * images.length) / count));
  return subset(images, training.method === 'supervised' ? labelSubset(labels, count, seed) : rows);
}

/**
 * Prepares a training of an encoder.
 *
 * @param images Of the training's set, to learn from.
 */
export function prepareTraining(
  training: Exclude<Training, Untrained>,
  encoder: LayersModel,
  images: Source,
  seed: number,
): Prepared {
  const {look, batchSize: most, epochs, steps} = training;
  const source = learnedFrom(training, images, seed);
  const augment = augmentOf(look, training.size);
  const batchSize = Math.min(most, source.length);
  const options = {augment, batchSize, seed, ...(steps === undefined ? {epochs} : {steps})};
  if (training.method === 'supervised') {
    const method = supervised({encoder, classCount: images.classNames?.length ?? 0});
    return {
      method,
      head: method.head,
      viewsOf: resume => oneView(source, {...options, ...resume}),
      dispose: () => {
        method.dispose();
      },
    };
  }
  const {head, method} = contrastive(training, encoder, seed);
  return {
    method,
    ...(head && {head}),
    viewsOf: resume => twoViews(source, {...options, ...resume}),
    dispose: () => {
      method.dispose();
      head?.dispose();
    },
  };
}
