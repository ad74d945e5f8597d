import {trainRun} from '@contrastive/example';
import {multistep} from '@contrastive/optim';
import type {Source} from '@contrastive/data';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {folderOf} from './cells.js';
import type {Curve, Training, Untrained} from './experiment.js';
import {isFinished} from './finished.js';
import {metricsEvery, readLog} from './log.js';
import type {Pictures} from './pictures.js';
import {newEncoder, prepareTraining, type Prepared} from './training.js';

/** What came of a training: a network, or why there is none. */
export type Trained = Network | Failure;

interface About {
  /** What the training took. */
  readonly seconds: number;
  readonly curve?: Curve;
  readonly dispose: () => void;
}

/** A network that went through a training. */
export interface Network extends About {
  readonly encoder: LayersModel;
  readonly head?: LayersModel;
  readonly failed?: undefined;
}

/** A training that came to nothing, and nothing to free. */
interface Failure extends About {
  readonly failed: string;
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

/** Steps between two checkpoints: trainings have from dozens to thousands, and a kill is to lose a minute at most. */
const SAVE_EVERY = 100;

const nothing = (): void => undefined;

/**
 * The encoder that a training starts with: that of another one, or a new one, also where it is finished and its own
 * weights come in their place; or why there is none.
 */
async function startOf(
  training: Exclude<Training, Untrained>,
  seed: number,
  place: Place,
): Promise<{readonly encoder: LayersModel; readonly failed?: undefined} | {readonly failed: string}> {
  const begins = training.method === 'supervised' && !isFinished(place.folder, training, seed);
  if (!begins || training.start === undefined) return {encoder: newEncoder(training, seed)};
  const start = await trainOne(training.start, seed, {...place, keepEncoder: true});
  start.dispose();
  return start.failed === undefined ? start : {failed: `what it starts with failed: ${start.failed}`};
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
      ...{weightDecay, batchSize, seed, metricsEvery, saveEvery: SAVE_EVERY, silent: true},
      learningRate: steps ? inSteps(learningRate) : learningRate,
      configuration: {training, seed},
    });
    return undefined;
  } catch (error) {
    // The loop’s own error for a loss or gradients that are not finite names the batch’s images: that is a result.
    if (error instanceof Error && 'images' in error) return error.message.split(';')[0];
    throw error;
  }
}

/** Trains an encoder, which is freed unless there is a network. */
async function trainFrom(
  encoder: LayersModel,
  images: Source,
  training: Exclude<Training, Untrained>,
  seed: number,
  {keepEncoder = false, folder}: Pick<Place, 'folder'> & {readonly keepEncoder?: boolean},
): Promise<Trained> {
  let disposeAll = (): void => {
    encoder.dispose();
  };
  try {
    const prepared = prepareTraining(training, encoder, images, seed);
    const {head} = prepared;
    disposeAll = () => {
      prepared.dispose();
      encoder.dispose();
    };
    const own = folderOf(folder, training, seed);
    const failed = await trainIn(own, training, seed, prepared);
    const log = readLog(own, prepared.viewsOf().steps);
    if (failed === undefined)
      return {encoder, ...log, dispose: keepEncoder ? prepared.dispose : disposeAll, ...(head && {head})};
    disposeAll();
    return {...log, failed, dispose: nothing};
  } catch (error) {
    disposeAll();
    throw error;
  }
}

/**
 * Comes by the network of a training: trains it, goes on where it was stopped, or takes what is finished.
 *
 * @param place `keepEncoder`: `dispose` leaves the encoder, which is the caller's.
 * @returns The network; or the failure, where its loss or that of the training that it starts with was not finite.
 * @throws `RunStopped` after Ctrl-C, when all is saved.
 */
export async function trainOne(
  training: Training,
  seed: number,
  place: Place & {readonly keepEncoder?: boolean},
): Promise<Trained> {
  if (training.method === 'untrained') {
    const encoder = newEncoder(training, seed);
    const dispose = (): void => {
      encoder.dispose();
    };
    return {encoder, seconds: 0, dispose};
  }
  const {pictures, folder} = place;
  const {train} = await pictures.open(training.images, training.size); // before hours of what it starts with
  const start = await startOf(training, seed, {pictures, folder});
  if (start.failed !== undefined) return {failed: start.failed, seconds: 0, dispose: nothing};
  return trainFrom(start.encoder, train, training, seed, place);
}
