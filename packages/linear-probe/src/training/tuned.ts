import type {Augment} from '@contrastive/augment';
import {oneView, type Source} from '@contrastive/data';
import {adjustNorms, forTraining, freezeLayers, variablesOf} from '@contrastive/layers';
import {cosine, exceptNorm, sgd} from '@contrastive/optim';
import {train} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {extractFeatures} from '../extract-features.js';
import {largestLogit} from '../logistic/logistic-regression.js';
import {accuracy} from '../metrics/index.js';
import {crossEntropy} from '../cross-entropy.js';
import type {FineTuneRecipe} from './fine-tune-recipes.js';
import {supervised, type Supervised} from './supervised.js';

/** A point of the grid. */
export interface Setting {
  /** The learning rate at 256 images. */
  readonly learningRate: number;
  /** Before it is divided by the learning rate. */
  readonly weightDecay: number;
}

/** What all trainings of a sweep share. */
export interface TuneOptions {
  readonly encoder: LayersModel;
  readonly classCount: number;
  readonly recipe: FineTuneRecipe;
  readonly augment: Augment;
  readonly freeze: readonly string[];
  readonly freezeStatistics: boolean;
  readonly microBatch?: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** How a network does on images. */
interface Judged {
  readonly scores: Float32Array;
  readonly predictions: Int32Array;
  readonly labels: Int32Array;
  readonly accuracy: number;
  readonly crossEntropy: number;
}

/** A trained copy of the encoder with its classifier. */
export interface Tuned {
  readonly encoder: LayersModel;
  readonly head: LayersModel;
  judge(source: Source): Promise<Judged>;
  readonly dispose: () => void;
}

/** How long a training is: batches of how many images, and how many of them, in all and an epoch. */
export function lengthOf(
  {batchSize: most, steps, epochs = 1}: Pick<FineTuneRecipe, 'batchSize' | 'steps' | 'epochs'>,
  rows: number,
): {readonly batchSize: number; readonly steps: number; readonly stepsPerEpoch: number} {
  const batchSize = Math.min(most, rows);
  const stepsPerEpoch = Math.floor(rows / batchSize);
  return {batchSize, steps: steps ?? epochs * stepsPerEpoch, stepsPerEpoch};
}

/** Steps that share one read of the device. */
const READ_EVERY = 10;

/** What a model remembers, such as how its images are prepared. */
function metadataOf(model: LayersModel): {preparation?: object} {
  const metadata = model.getUserDefinedMetadata() as object | undefined;
  return metadata ?? {};
}

/** A copy of the encoder that is trained, and remembers nothing of how images of evaluation are prepared. */
function copyOf({encoder, recipe, freeze, freezeStatistics}: TuneOptions, stepsPerEpoch: number): LayersModel {
  const copy = forTraining(encoder);
  try {
    freezeLayers(copy, freeze, {statistics: freezeStatistics, where: 'fineTune'});
  } catch (error) {
    tf.dispose(variablesOf({encoder: copy}).state);
    throw error;
  }
  // Fraction kept, as in TensorFlow and in batchNorm: one minus torch's momentum.
  if (recipe.statistics === 'by epoch') adjustNorms(copy, {momentum: Math.max(1 - 10 / stepsPerEpoch, 0.9)});
  const others = Object.entries(metadataOf(encoder)).filter(([name]) => name !== 'preparation');
  copy.setUserDefinedMetadata(Object.fromEntries(others));
  return copy;
}

/** Class of each image by the networks as they are, in inference. */
async function judged({encoder, head}: Supervised, source: Source): Promise<Judged> {
  const {data, rows, columns, labels = new Int32Array()} = await extractFeatures(encoder, source);
  const logits = tf.tidy(() => head.apply(tf.tensor2d(data, [rows, columns]), {training: false}) as tf.Tensor2D);
  try {
    const scores = Float32Array.from(await logits.data());
    const [, classCount] = logits.shape;
    const predictions = largestLogit(
      scores,
      Int32Array.from({length: classCount}, (_, label) => label),
    );
    const right = accuracy(predictions, labels);
    return {scores, predictions, labels, accuracy: right, crossEntropy: crossEntropy(scores, labels, classCount)};
  } finally {
    logits.dispose();
  }
}

/**
 * Trains a copy of the encoder with a new classifier by one setting.
 *
 * @param onStep Called with each step and its loss.
 * @returns Networks that are the caller's; undefined where the loss became infinite.
 */
export async function tuned(
  options: TuneOptions,
  {learningRate, weightDecay}: Setting,
  images: Source,
  onStep: (step: number, steps: number, loss: number) => void,
): Promise<Tuned | undefined> {
  const {recipe, classCount, augment, microBatch, seed, signal} = options;
  const {batchSize, steps, stepsPerEpoch} = lengthOf(recipe, images.length);
  const rate = (learningRate * batchSize) / 256;
  const encoder = copyOf(options, stepsPerEpoch);
  const {state} = variablesOf({encoder});
  let method: Supervised | undefined;
  let optimizer: ReturnType<typeof sgd> | undefined;
  const dispose = (): void => {
    method?.dispose();
    tf.dispose(state);
  };
  try {
    method = supervised({encoder, classCount});
    const {momentum, nesterov, schedule} = recipe;
    optimizer = sgd(method.parameters, {momentum, nesterov, weightDecay: weightDecay / rate, decays: exceptNorm});
    const views = oneView(images, {augment, batchSize, seed, steps, asBytes: microBatch !== undefined});
    const run = train({
      method,
      optimizer,
      views,
      learningRate: schedule === 'cosine' ? cosine({base: rate, steps}) : rate,
      seed,
      readEvery: Math.min(READ_EVERY, steps),
      ...(microBatch !== undefined && {microBatch}),
      ...(signal && {signal}),
    });
    for await (const {step, loss} of run) onStep(step, steps, loss);
    // Images of evaluation are prepared as the encoder remembers it, where it does.
    const {preparation} = metadataOf(options.encoder);
    if (preparation) encoder.setUserDefinedMetadata({...metadataOf(encoder), preparation});
    const networks = method;
    return {encoder, head: method.head, judge: source => judged(networks, source), dispose};
  } catch (error) {
    dispose();
    // The loop's own error for a loss that is not finite names the images of the batch.
    if (error instanceof Error && 'images' in error) return undefined;
    throw error;
  } finally {
    optimizer?.dispose();
  }
}
