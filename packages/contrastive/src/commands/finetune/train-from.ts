import {
  extractFeatures,
  fineTune,
  probe,
  shortFineTune,
  simclrOnePercent,
  simclrTenPercent,
  simclrTransfer,
  wilsonInterval,
  type FineTuneRecipe,
  type FineTuneResult,
  type FineTuneTrial,
} from '@contrastive/linear-probe';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Splits} from '../../data/splits.js';
import type {Output} from '../../output/output.js';
import type {Progress} from '../../output/progress.js';

const recipes = {
  short: shortFineTune,
  'one-percent': simclrOnePercent,
  'ten-percent': simclrTenPercent,
  transfer: simclrTransfer,
} satisfies Readonly<Record<string, FineTuneRecipe>>;

/** How it is trained. */
interface Training {
  readonly recipe?: keyof typeof recipes;
  readonly steps?: number;
  readonly microBatch?: number;
  readonly seed?: number;
}

/** What one start came to. */
export interface Row {
  readonly start: string;
  readonly accuracy: number;
  readonly interval: readonly [low: number, high: number];
}

/** The part of the images that judge that was told right, with its interval. */
export function rowOf(start: string, accuracy: number, rows: number): Row {
  const {low, high} = wilsonInterval(Math.round(accuracy * rows), rows);
  return {start, accuracy, interval: [low, high]};
}

/** Where a sweep stands, and what stops it. */
interface Sweep {
  /** Trials that are done. */
  readonly finished: readonly FineTuneTrial[];
  readonly onTrial: (trial: FineTuneTrial) => void;
  readonly signal: AbortSignal;
}

/** Trains from one start; the network is the caller's. */
export async function trainFrom(
  about: string,
  encoder: LayersModel,
  {train, test}: Splits,
  {recipe: name = 'short', steps, microBatch, seed = 1}: Training,
  {finished, onTrial, signal}: Sweep,
  output: Output,
): Promise<FineTuneResult> {
  const {epochs, ...given}: FineTuneRecipe = recipes[name];
  const recipe = {...given, ...(steps === undefined ? epochs !== undefined && {epochs} : {steps})};
  const trials = recipe.learningRates.length * recipe.weightDecays.length;
  const trainings = (trials > 1 ? trials + 1 : 1) - finished.length;
  let [done, total] = [0, 0];
  let progress: Progress | undefined;
  try {
    return await fineTune({
      ...{encoder, train, test, recipe, seed, finished, onTrial, signal},
      ...(microBatch !== undefined && {microBatch}),
      onStep: ({steps: each, loss}) => {
        total ||= each * trainings;
        progress ??= output.progress({about, total, unit: 'steps'});
        progress.update(Math.min(++done, total), `loss ${loss.toFixed(3)}`);
      },
    });
  } finally {
    progress?.stop();
  }
}

/** What a linear classifier tells by the pixels. */
export async function rawPixels({train, test}: Splits, channels: 1 | 3, size: number, seed: number): Promise<Row> {
  const options = {preparation: {channels, size}};
  const [known, unseen] = [await extractFeatures(null, train, options), await extractFeatures(null, test, options)];
  const [{accuracy}] = await probe(known, unseen, {seed});
  return rowOf('raw pixels, linear', accuracy, unseen.rows);
}
