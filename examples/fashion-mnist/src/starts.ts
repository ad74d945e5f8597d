import {join} from 'node:path';
import {plain, trainRun} from '@contrastive/example';
import {extractFeatures, type Features, type TransferStart} from '@contrastive/linear-probe';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {trained, newEncoder, training, type Trained, type Training} from './trainings.js';
import type {Pictures} from './pictures.js';
import type {Settings} from './settings.js';

/**
 * What is compared, in the order of the table. With γ = 0 the blocks of a random network begin as the identity, as
 * those of the trained ones did; without it they do something from the start, which makes a stronger baseline.
 */
export const kinds = ['raw pixels', 'random network', 'random, γ = 0', ...trained] as const;

/** One of them. */
export type Kind = (typeof kinds)[number];

/** What is measured: made, trained and looked at when it is first asked for, so that finished cells cost nothing. */
export interface Start {
  readonly kind: Kind;
  /** The encoder; null for raw pixels. It stays the start's. */
  encoder(): Promise<LayersModel | null>;
  /** Features of all images to learn from, and of those to be judged by. */
  features(): Promise<{readonly whole: Features; readonly test: Features}>;
  /** Features to logits, of the supervised network only. */
  head(): Promise<LayersModel | undefined>;
  /** What was found for it before, by name: two columns that come of one fit share it. */
  shared<T>(name: string, find: () => Promise<T>): Promise<T>;
  /** Frees what was made. */
  dispose(): void;
}

const isTrained = (kind: Kind): kind is Trained => (trained as readonly string[]).includes(kind);

/** The settings that decide an encoder: others may change without training it anew. */
function decisive(kind: Kind, settings: Settings): Partial<Settings> {
  const {images, depths, width, projection, batchSize, epochs, supervisedEpochs} = settings;
  const {learningRate, weightDecay, temperature, area, jitter, queueSize, keyMomentum, mocoTemperature} = settings;
  if (kind === 'raw pixels') return {images};
  if (!isTrained(kind)) return {images, depths, width};
  const all = {images, depths, width, batchSize, learningRate, weightDecay, area};
  if (kind === 'supervised') return {...all, supervisedEpochs};
  const contrastive = {...all, epochs, projection, jitter};
  return kind === 'SimCLR' ? {...contrastive, temperature} : {...contrastive, queueSize, keyMomentum, mocoTemperature};
}

/** Trains in the folder of the run, or takes the run that is finished there. */
async function encoderOf(
  kind: Trained,
  pictures: Pictures,
  settings: Settings,
  seed: number,
  out: string,
): Promise<Training> {
  const one = training(kind, pictures.whole, settings, seed);
  const {learningRate, weightDecay, batchSize} = settings;
  console.log(`${kind}, seed ${seed}: ${one.steps} steps of ${batchSize} images`);
  const configuration = {kind, ...decisive(kind, settings), seed};
  const folder = join(out, `${kind.toLowerCase().replaceAll(' ', '-')}-${seed}`);
  try {
    await trainRun(folder, one.method, one.viewsOf, {learningRate, weightDecay, batchSize, seed, configuration});
    return one;
  } catch (error) {
    one.dispose();
    one.encoder.dispose();
    throw error;
  }
}

/** What is compared, for the table: a name, what decides it, and how to come by it. */
export function startOf(
  kind: Kind,
  pictures: Pictures,
  settings: Settings,
  seed: number,
  out: string,
): TransferStart<Start> {
  const found = new Map<string, Promise<unknown>>();
  const owned: {dispose(): unknown}[] = [];
  const shared = <T>(name: string, find: () => Promise<T>): Promise<T> => {
    const known = (found.get(name) as Promise<T> | undefined) ?? find(); // of the type that this name is found with
    found.set(name, known);
    return known;
  };
  const networks = (): Promise<{readonly encoder: LayersModel | null; readonly head?: LayersModel}> =>
    shared('networks', async () => {
      if (kind === 'raw pixels') return {encoder: null};
      if (!isTrained(kind)) {
        const encoder = newEncoder(pictures.whole, settings, seed, kind === 'random, γ = 0');
        owned.push(encoder);
        return {encoder};
      }
      const one = await encoderOf(kind, pictures, settings, seed, out);
      owned.push(one, one.encoder);
      return one;
    });
  const encoder: Start['encoder'] = async () => (await networks()).encoder;
  const start: Start = {
    kind,
    encoder,
    features: () =>
      shared('features', async () => {
        const network = await encoder();
        return {
          whole: await extractFeatures(network, pictures.whole),
          test: await extractFeatures(network, pictures.test),
        };
      }),
    head: async () => (kind === 'supervised' ? (await networks()).head : undefined),
    shared,
    dispose() {
      for (const one of owned.splice(0)) one.dispose();
      found.clear();
    },
  };
  return {name: kind, encoder: start, about: {...plain(decisive(kind, settings)), seed}};
}
