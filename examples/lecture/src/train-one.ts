import {join} from 'node:path';
import {trainRun} from '@contrastive/example';
import {multistep} from '@contrastive/optim';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {keyOf} from './cells.js';
import type {Curve, Training, Untrained} from './experiment.js';
import {metricsEvery, readLog} from './log.js';
import type {Pictures} from './pictures.js';
import {newEncoder, prepareTraining, type Prepared} from './training.js';

/** A network that went through a training. */
export interface Trained {
  readonly encoder: LayersModel;
  readonly head?: LayersModel;
  readonly seconds: number;
  readonly curve?: Curve;
  /** Why it came to nothing. */
  readonly failed?: string;
  readonly dispose: () => void;
}

/** Where trainings are, and what they learn from. */
export interface Place {
  readonly pictures: Pictures;
  /** Has a folder for each training. */
  readonly folder: string;
}

/** MoCo v1's schedule: a tenth at 120 and at 160 of 200 epochs. */
const inSteps =
  (base: number) =>
  (steps: number): ReturnType<typeof multistep> =>
    multistep({
      base,
      milestones: [Math.ceil(0.6 * steps), Math.ceil(0.8 * steps)].filter((at, i, all) => at !== all[i - 1]),
    });

/** The encoder that a training starts with: that of another one, or a new one. */
async function startOf(training: Exclude<Training, Untrained>, seed: number, place: Place): Promise<LayersModel> {
  if (training.method !== 'supervised' || training.start === undefined) return newEncoder(training, seed);
  const {encoder, failed, dispose} = await trainOne(training.start, seed, {...place, keepEncoder: true});
  dispose();
  if (failed === undefined) return encoder;
  encoder.dispose();
  throw new Error(`lecture: expected an encoder to go on with, got a training that failed: ${failed}`);
}

/** Trains in the training's own folder: where it was stopped, where it is finished not at all. */
async function trainIn(
  folder: string,
  training: Exclude<Training, Untrained>,
  seed: number,
  {method, viewsOf}: Prepared,
): Promise<string | undefined> {
  const {learningRate, weightDecay, batchSize} = training;
  const steps = 'schedule' in training && training.schedule === 'steps';
  try {
    await trainRun(folder, method, viewsOf, {
      ...{weightDecay, batchSize, seed, metricsEvery, silent: true},
      learningRate: steps ? inSteps(learningRate) : learningRate,
      configuration: {training, seed},
    });
    return undefined;
  } catch (error) {
    // The loop's own error for a loss that is not finite names the images of the batch: a result, not a mishap.
    if (error instanceof Error && 'images' in error) return error.message.split(';')[0];
    throw error;
  }
}

/**
 * Comes by the network of a training: trains it, goes on where it was stopped, or takes what is finished.
 *
 * @param place `keepEncoder`: `dispose` leaves the encoder, which is the caller's.
 * @throws `RunStopped` after Ctrl-C, when all is saved.
 */
export async function trainOne(
  training: Training,
  seed: number,
  place: Place & {readonly keepEncoder?: boolean},
): Promise<Trained> {
  const {keepEncoder = false, pictures, folder} = place;
  if (training.method === 'untrained') {
    const encoder = newEncoder(training, seed);
    const dispose = (): void => {
      encoder.dispose();
    };
    return {encoder, seconds: 0, dispose};
  }
  const {train} = await pictures.open(training.images, training.size);
  const encoder = await startOf(training, seed, {pictures, folder});
  const prepared = prepareTraining(training, encoder, train, seed);
  const dispose = (): void => {
    prepared.dispose();
    if (!keepEncoder) encoder.dispose();
  };
  try {
    const own = join(folder, `${training.method.toLowerCase()}-${keyOf(training, seed)}`);
    const failed = await trainIn(own, training, seed, prepared);
    const log = readLog(own, prepared.viewsOf().steps);
    const {head} = prepared;
    return {encoder, ...log, dispose, ...(head && {head}), ...(failed !== undefined && {failed})};
  } catch (error) {
    prepared.dispose();
    encoder.dispose();
    throw error;
  }
}
