import {join} from 'node:path';
import {augmentation, randomResizedCrop, simclrAugment} from '@contrastive/augment';
import {oneView, twoViews, type Source} from '@contrastive/data';
import {trainRun, type RunPlan} from '@contrastive/example';
import {supervised, type TransferStart} from '@contrastive/linear-probe';
import {ntXent} from '@contrastive/losses';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import type {Run} from '@contrastive/train/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/** What decides the trainings. */
export interface Training {
  /** Which pictures they learn from. */
  readonly pictures: string;
  readonly size: number;
  readonly depths: readonly number[];
  readonly width: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly temperature: number;
}

/** The network, with the same random weights for each start; blocks that learn begin as the identity. */
const newEncoder = ({size, depths, width}: Training, seed: number, learns: boolean): LayersModel =>
  resnet({depths, width, stem: 'cifar', inputShape: [size, size, 3], zeroInitLastGamma: learns, seed});

/** What the run of a training is told. */
const planOf = ({learningRate, steps, weightDecay, batchSize, ...settings}: Training, seed: number): RunPlan => ({
  ...{learningRate, weightDecay, batchSize, seed},
  configuration: {...settings, steps, base: learningRate, weightDecay, batchSize, seed},
});

/** An encoder that SimCLR trained on the pictures, without their labels. */
async function trainedBySimCLR(source: Source, settings: Training, seed: number, folder: string): Promise<LayersModel> {
  console.log(`SimCLR on ${source.length} pictures`);
  const encoder = newEncoder(settings, seed, true);
  const head = simclrHead(encoder, {initializer: 'uniform', seed});
  const method = simclr({encoder, head, loss: ntXent({temperature: settings.temperature})});
  const augment = simclrAugment({size: settings.size, strength: 0.5, blur: false}); // as for CIFAR
  const {batchSize, steps} = settings;
  const views = (resume: Run['resume']) => twoViews(source, {augment, batchSize, seed, steps, ...resume});
  await trainRun(folder, method, views, planOf(settings, seed));
  method.dispose();
  head.dispose();
  return encoder;
}

/** An encoder that learned the labels of the same pictures, by the crops and flips of the papers' classifiers. */
async function trainedOnLabels(source: Source, settings: Training, seed: number, folder: string): Promise<LayersModel> {
  const classCount = source.classNames?.length ?? 0;
  console.log(`Supervised training on the ${classCount} classes of the same pictures`);
  const encoder = newEncoder(settings, seed, true);
  const method = supervised({encoder, classCount});
  const augment = augmentation([randomResizedCrop({size: settings.size, flip: 0.5})]);
  const {batchSize, steps} = settings;
  const views = (resume: Run['resume']) => oneView(source, {augment, batchSize, seed, steps, ...resume});
  await trainRun(folder, method, views, planOf(settings, seed));
  method.dispose();
  return encoder;
}

/** The lines of the table. */
interface Starts {
  /** Trained by contrast, and on labels. */
  readonly trained: readonly TransferStart<LayersModel>[];
  /** What is fine-tuned: like the trained ones, its blocks began as the identity. */
  readonly random: TransferStart<LayersModel>;
  /** What is judged frozen: with blocks that do something from the start, the features are better. */
  readonly baseline: TransferStart<LayersModel>;
  /** No encoder at all. */
  readonly raw: TransferStart<null>;
}

/** Starts of one network, with the same first weights, pictures and steps. */
export async function startsOf(source: Source, settings: Training, seed: number, out: string): Promise<Starts> {
  const about = {...settings}; // the seed is the cell's own
  const contrastive = await trainedBySimCLR(source, settings, seed, join(out, `simclr-${seed}`));
  const onLabels = await trainedOnLabels(source, settings, seed, join(out, `labels-${seed}`));
  return {
    trained: [
      {name: 'contrastive', about, encoder: contrastive},
      {name: 'supervised', about, encoder: onLabels},
    ],
    random: {name: 'random', about, encoder: newEncoder(settings, seed, true)},
    baseline: {name: 'random', about: {...about, identity: false}, encoder: newEncoder(settings, seed, false)},
    raw: {name: 'raw pixels', about, encoder: null},
  };
}
