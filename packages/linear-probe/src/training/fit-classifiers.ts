import {cosine, multistep, perEpoch, type Schedule} from '@contrastive/optim';
import type {Tensor2D} from '@tensorflow/tfjs-core';
import {createPause} from '../pause.js';
import {createClassifier, normalStart, type LinearClassifier} from './classifier.js';
import type {Examples} from './examples.js';
import type {LinearRecipe} from './linear-recipes.js';

/** Classifiers that learn from the same batches, each with a learning rate of its own. */
interface Fitted {
  /** As the recipe has it, at a batch of 256. */
  readonly learningRate: number;
  readonly classifier: LinearClassifier;
}

/** What {@link fitClassifiers} needs. */
interface FitOptions {
  readonly recipe: LinearRecipe;
  /** Of a batch of 256. */
  readonly learningRates: readonly number[];
  readonly classes: Int32Array;
  readonly columns: number;
  readonly seed: number;
  readonly onEpoch?: () => void;
}

/** The learning rate of a step by the recipe. */
export function scheduleOf(
  {schedule, epochs}: Pick<LinearRecipe, 'schedule' | 'epochs'>,
  base: number,
  stepsPerEpoch: number,
): Schedule {
  if (schedule === 'cosine') return cosine({base, steps: epochs * stepsPerEpoch});
  const {milestones, factor} = schedule;
  const at = milestones.map(part => Math.max(1, Math.round(part * epochs)));
  return perEpoch(multistep({base, factor, milestones: [...new Set(at)]}), stepsPerEpoch);
}

/**
 * Trains one classifier for each learning rate by the recipe, side by side: a batch is made once, and goes through a
 * frozen encoder once. Nothing is read from the device.
 *
 * @returns Classifiers that are the caller's.
 */
export async function fitClassifiers(examples: Examples, options: FitOptions): Promise<readonly Fitted[]> {
  const {recipe, learningRates, classes, columns, seed, onEpoch} = options;
  const {epochs, momentum, nesterov, weightDecay, initialDeviation} = recipe;
  const batchSize = Math.min(recipe.batchSize, examples.rows);
  const stepsPerEpoch = Math.ceil(examples.rows / batchSize);
  const start = normalStart(columns * classes.length, initialDeviation, seed);
  const make = (learningRate: number) => ({
    learningRate,
    rate: scheduleOf(recipe, (learningRate * batchSize) / 256, stepsPerEpoch),
    classifier: createClassifier({columns, classCount: classes.length, start, momentum, nesterov, weightDecay}),
  });
  const fitted = learningRates.map(make);
  const pause = createPause();
  try {
    let step = 0;
    for await (const {features, targets} of examples.batches({batchSize, epochs, seed, classes})) {
      try {
        for (const {classifier, rate} of fitted) classifier.step(features, targets, rate(step));
      } finally {
        features.dispose();
        targets.dispose();
      }
      step++;
      if (step % stepsPerEpoch === 0) onEpoch?.();
      await pause();
    }
    return fitted;
  } catch (error) {
    for (const {classifier} of fitted) classifier.dispose();
    throw error;
  }
}

/** The classifier's logits of features on the host, `[rows, c]`. */
export async function scoresOf(
  classifier: Pick<LinearClassifier, 'logits'>,
  features: Tensor2D,
): Promise<Float32Array> {
  const logits = classifier.logits(features);
  try {
    return Float32Array.from(await logits.data());
  } finally {
    logits.dispose();
  }
}
