import {checkOptions} from '@contrastive/internal';
import {requireBackend} from '@contrastive/layers';
import type {Source} from '@contrastive/data';
import * as tf from '@tensorflow/tfjs-core';
import {countUnknown, type Features} from '../features.js';
import {largestLogit} from '../logistic/logistic-regression.js';
import {accuracy} from '../metrics/index.js';
import {crossEntropy} from '../cross-entropy.js';
import {positionsOf} from './examples.js';
import {fitClassifiers, scoresOf} from './fit-classifiers.js';
import {checkSeveral} from './labels.js';
import {
  defaultLearningRates,
  rules,
  type LinearProbeFit,
  type LinearProbeOptions,
  type LinearProbeResult,
  type RateTrial,
} from './linear-probe-options.js';
import {linearRecipeRules, simclrLinear} from './linear-recipes.js';
import {featureTask, imageTask, partsOf} from './linear-task.js';
import {watchWeights} from './unchanged.js';

/** How classifiers do on evaluated features. */
async function scored(
  classifier: Parameters<typeof scoresOf>[0],
  {data, rows, columns, labels = new Int32Array()}: Features,
  classes: Int32Array,
): Promise<{scores: Float32Array; predictions: Int32Array; accuracy: number; crossEntropy: number; diverged: boolean}> {
  const features = tf.tensor2d(data, [rows, columns]);
  try {
    const scores = await scoresOf(classifier, features);
    const predictions = largestLogit(scores, classes);
    const diverged = !scores.every(Number.isFinite);
    const loss = crossEntropy(scores, positionsOf(labels, classes), classes.length);
    return {
      scores,
      predictions,
      accuracy: accuracy(predictions, labels),
      crossEntropy: diverged ? Infinity : loss,
      diverged,
    };
  } finally {
    features.dispose();
  }
}

/** The most accurate, of several the one with the lowest cross-entropy; none that diverged unless all did. */
function best(trials: readonly RateTrial[]): RateTrial {
  const finite = (one: RateTrial): boolean => one.crossEntropy < Infinity;
  return trials.toSorted(
    (a, b) => Number(finite(b)) - Number(finite(a)) || b.accuracy - a.accuracy || a.crossEntropy - b.crossEntropy,
  )[0];
}

/**
 * Linear evaluation by SGD, as both papers have it: a linear classifier on features of a frozen encoder. On images the
 * encoder sees new crops and flips each epoch, in inference mode, its statistics fixed; on features that are there
 * already (`extractFeatures`) the same takes seconds.
 *
 * A recipe's learning rate fits features of the scale that its authors had, 30 above all. So two figures come back:
 * `asPublished`, the recipe as it is, and `chosen`, with the learning rate that did best on validation rows, or on a
 * fifth of each class that is held out. Both classifiers are then trained on all rows, and score the test rows once,
 * after the last epoch; MoCo's code reports the best epoch by its test set instead.
 *
 * All learning rates are trained side by side on the same batches. The encoder is compared bit by bit afterwards,
 * running statistics too.
 *
 * @param train Labelled images, with `encoder`, or features. Any whole numbers are classes.
 * @param test Of the same kind.
 * @throws TypeError for a bad option and without labels; RangeError for one out of range, sizes that do not fit, rows
 * of one class only, a class of which none can be held out and one that sources name otherwise; Error where views are
 * prepared otherwise than the encoder remembers it, and where the encoder changed.
 * @example
 * const {asPublished, chosen} = await linearProbe(train, test, {encoder, recipe: mocoLinear, seed: 1});
 * console.log(asPublished.accuracy, chosen.accuracy, chosen.learningRate);
 */
export async function linearProbe(
  train: Features | Source,
  test: Features | Source,
  options: LinearProbeOptions,
): Promise<LinearProbeResult> {
  checkOptions('linearProbe', options, rules);
  const {encoder, recipe = simclrLinear, learningRates = defaultLearningRates, validation, seed} = options;
  checkOptions('linearProbe', recipe, linearRecipeRules);
  requireBackend('linearProbe');
  const task = encoder ? imageTask(train, test, {...options, encoder}) : featureTask(train, test, validation);
  const classes = checkSeveral('linearProbe', 'train', task.train.labels);
  const {fit, judgedBy} = partsOf(task, classes, learningRates.length > 1, seed);
  const check = encoder && (await watchWeights('linearProbe', encoder));

  const total = recipe.epochs * (judgedBy ? 2 : 1);
  let done = 0;
  const onEpoch = (): void => options.onProgress?.(++done, total);
  const testFeatures = await task.test.evaluated();
  const {columns} = testFeatures;
  const how = {recipe, classes, columns, seed, onEpoch};

  const trials: RateTrial[] = [];
  const judged = await judgedBy?.evaluated();
  if (judged) {
    const fitted = await fitClassifiers(fit, {...how, learningRates});
    try {
      for (const {classifier, learningRate} of fitted) {
        const {accuracy: right, crossEntropy: loss} = await scored(classifier, judged, classes);
        trials.push({learningRate, accuracy: right, crossEntropy: loss});
      }
    } finally {
      for (const {classifier} of fitted) classifier.dispose();
    }
  }
  const rate = judged ? best(trials).learningRate : learningRates[0];
  const rates = [...new Set([recipe.learningRate, rate])];
  const fitted = await fitClassifiers(task.whole, {...how, learningRates: rates});
  try {
    const fits: LinearProbeFit[] = [];
    for (const {classifier, learningRate} of fitted) {
      const {accuracy: right, predictions, scores, diverged} = await scored(classifier, testFeatures, classes);
      const weights = Float32Array.from(await classifier.kernel.data());
      const bias = Float32Array.from(await classifier.bias.data());
      fits.push({learningRate, accuracy: right, predictions, scores, weights, bias, diverged});
    }
    await check?.();
    const labels = testFeatures.labels ?? new Int32Array();
    return {
      asPublished: fits[0],
      chosen: fits[fits.length - 1],
      trials,
      validationRows: judged?.rows ?? 0,
      classes,
      labels,
      unknownRows: countUnknown(labels, classes),
      recipe,
    };
  } finally {
    for (const {classifier} of fitted) classifier.dispose();
  }
}
