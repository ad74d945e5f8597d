import {augmentation, randomResizedCrop, simclrAugment} from '@contrastive/augment';
import {oneView, twoViews, type Source, type TwoViews} from '@contrastive/data';
import {progress} from '@contrastive/example';
import {supervised} from '@contrastive/linear-probe';
import {ntXent} from '@contrastive/losses';
import {sgd, warmupCosine} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import type {Method} from '@contrastive/train';
import {openRun, type Run} from '@contrastive/train/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/** What decides the trainings. */
export interface Training {
  readonly size: number;
  readonly depths: readonly number[];
  readonly width: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly temperature: number;
}

/** The network, with the same random weights for each start. */
export const newEncoder = ({size, depths, width}: Training, seed: number): LayersModel =>
  resnet({depths, width, stem: 'cifar', inputShape: [size, size, 3], zeroInitLastGamma: true, seed});

/** Trains a method for the steps; a run that was stopped goes on, and one that is finished is taken as it is. */
async function trained(
  method: Method,
  viewsOf: (resume: Run['resume']) => TwoViews,
  {steps, learningRate: base, weightDecay, batchSize, ...settings}: Training,
  seed: number,
  folder: string,
): Promise<void> {
  const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay});
  const configuration = {...settings, steps, base, weightDecay, batchSize, seed};
  const run = await openRun(folder, {method, optimizer, configuration, resume: true});
  try {
    const views = viewsOf(run.resume);
    const learningRate = warmupCosine({base, steps, warmupSteps: Math.floor(steps / 20)});
    const report = progress({steps, stepsPerEpoch: Infinity}, batchSize);
    for await (const record of run.train({views, learningRate, seed, metricsEvery: 20})) report(record);
  } finally {
    await run.close();
    optimizer.dispose();
  }
}

/** An encoder that SimCLR trained on the pictures, without their labels. */
export async function trainedBySimCLR(
  source: Source,
  settings: Training,
  seed: number,
  folder: string,
): Promise<LayersModel> {
  console.log(`SimCLR on ${source.length} pictures`);
  const encoder = newEncoder(settings, seed);
  const head = simclrHead(encoder, {initializer: 'uniform', seed});
  const method = simclr({encoder, head, loss: ntXent({temperature: settings.temperature})});
  const augment = simclrAugment({size: settings.size, strength: 0.5, blur: false}); // as for CIFAR
  const {batchSize, steps} = settings;
  const views = (resume: Run['resume']) => twoViews(source, {augment, batchSize, seed, steps, ...resume});
  await trained(method, views, settings, seed, folder);
  method.dispose();
  head.dispose();
  return encoder;
}

/** An encoder that learned the labels of the same pictures, by the crops and flips of the papers' classifiers. */
export async function trainedOnLabels(
  source: Source,
  settings: Training,
  seed: number,
  folder: string,
): Promise<LayersModel> {
  const classCount = source.classNames?.length ?? 0;
  console.log(`Supervised training on the ${classCount} classes of the same pictures`);
  const encoder = newEncoder(settings, seed);
  const method = supervised({encoder, classCount});
  const augment = augmentation([randomResizedCrop({size: settings.size, flip: 0.5})]);
  const {batchSize, steps} = settings;
  const views = (resume: Run['resume']) => oneView(source, {augment, batchSize, seed, steps, ...resume});
  await trained(method, views, settings, seed, folder);
  method.dispose();
  return encoder;
}
