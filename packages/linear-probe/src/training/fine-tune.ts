import {concat, subset, type Source} from '@contrastive/data';
import {checkOptions} from '@contrastive/internal';
import {checkNetworks, requireBackend} from '@contrastive/layers';
import {trainingAugment} from './training-augment.js';
import {checkImages} from './fine-tune-images.js';
import {rules, type FineTuneOptions, type FineTuneResult, type FineTuneTrial} from './fine-tune-options.js';
import {fineTuneRecipeRules, shortFineTune, type FineTuneRecipe} from './fine-tune-recipes.js';
import {checkFinished, same, sweepDigest} from './finished-trials.js';
import {holdOut} from './labels.js';
import {lengthOf, tuned, type Setting, type TuneOptions} from './tuned.js';

/** The points of the grid, in order. */
const settingsOf = ({learningRates, weightDecays}: FineTuneRecipe): Setting[] =>
  learningRates.flatMap(learningRate => weightDecays.map(weightDecay => ({learningRate, weightDecay})));

/** The most accurate, of several the one with the lowest cross-entropy; none that diverged unless all did. */
function best(trials: readonly FineTuneTrial[]): FineTuneTrial {
  const loss = ({crossEntropy}: FineTuneTrial): number => crossEntropy ?? Infinity;
  const [first] = trials.toSorted(
    (a, b) =>
      Number(loss(a) === Infinity) - Number(loss(b) === Infinity) || b.accuracy - a.accuracy || loss(a) - loss(b),
  );
  if (loss(first) < Infinity) return first;
  throw new Error('fineTune: expected a setting whose loss stays finite, got none; lower learningRates of the recipe.');
}

/**
 * Trains a copy of an encoder and a linear classifier on labels, by the protocols of SimCLR (Chen et al. 2020, arXiv
 * 2002.05709): transfer (`simclrTransfer`), and 1 % or 10 % of the labels (`simclrOnePercent`, `simclrTenPercent`). By
 * default `shortFineTune`, 6 settings of 1,000 steps.
 *
 * Where the recipe has several settings, each is trained on the images that are not held out and judged by validation
 * images: by accuracy, then by cross-entropy. The best is trained anew on all of them, and scores the test images once,
 * after its last step. With part of the labels (`labels` of the recipe) validation images that are given only choose:
 * their labels would be more than that part. Training images are cropped and flipped; images of evaluation are
 * prepared as the encoder remembers it.
 *
 * What it starts from is which encoder is given: one of contrastive training, one of `supervised`, or one as
 * `resnet18()` makes it. A sweep that was stopped goes on where it was: keep what `onTrial` gives, and give it back as
 * `finished`.
 *
 * @returns Figures, and the network that was trained last, which is the caller's: `dispose()` frees it.
 * @throws TypeError for a bad option and without labels; RangeError for one out of range, a label that is not a class,
 * other class names than those of `train`, a class without images, one that cannot be held out or balanced, a name of
 * `freeze` that no layer has and trials of another sweep; Error where views are prepared otherwise than the encoder
 * remembers it, and where no setting has a finite loss.
 * @example
 * const result = await fineTune({encoder, train, test, recipe: simclrTenPercent, seed: 1});
 * console.log(result.accuracy);
 * result.dispose();
 */
export async function fineTune(options: FineTuneOptions): Promise<FineTuneResult> {
  checkOptions('fineTune', options, rules);
  const {recipe = shortFineTune, freeze = [], freezeStatistics = false, finished = [], seed} = options;
  checkOptions('fineTune', recipe, fineTuneRecipeRules);
  if ((recipe.steps === undefined) === (recipe.epochs === undefined)) {
    throw new TypeError(
      `fineTune: expected either steps or epochs in recipe, got ${recipe.steps === undefined ? 'none' : 'both'}; ` +
        'give one.',
    );
  }
  requireBackend('fineTune');
  const {encoder, microBatch, signal, onTrial, onStep} = options;
  checkNetworks('fineTune', {encoder});
  const {classCount, train, test, validation} = checkImages(options, recipe);
  const how: TuneOptions = {
    ...{encoder, classCount, recipe, freeze, freezeStatistics, seed},
    augment: trainingAugment('fineTune', encoder, train, {augment: options.augment, crop: recipe.crop}),
    ...(microBatch !== undefined && {microBatch}),
    ...(signal && {signal}),
  };
  const settings = settingsOf(recipe);
  const trials: FineTuneTrial[] = [];
  if (settings.length > 1) {
    const {fit, judgedBy} = partsOf(train, validation, seed);
    const {steps} = lengthOf(recipe, fit.length);
    const digest = await sweepDigest(how, fit, judgedBy);
    const sweep = {recipe: recipe.name, seed, steps, rows: fit.length, digest};
    checkFinished(finished, settings, sweep);
    for (const setting of settings) {
      const known = finished.find(one => same(one, setting));
      const trial = known ?? {...setting, ...sweep, ...(await tried(how, setting, fit, judgedBy, onStep))};
      trials.push(trial);
      if (known === undefined) onTrial?.(trial);
    }
  }
  const {learningRate, weightDecay} = trials.length > 0 ? best(trials) : settings[0];
  const chosen = {learningRate, weightDecay};
  const whole = validation && recipe.labels === 1 ? concat([train, validation]) : train;
  const network = await tuned(how, chosen, whole, (step, steps, loss) => {
    onStep?.({...chosen, step, steps, loss, last: true});
  });
  const diverged = (): Error =>
    new Error(`fineTune: expected a finite loss, got none with learning rate ${learningRate}; lower it.`);
  if (network === undefined) throw diverged();
  try {
    const {accuracy, predictions, scores, labels} = await network.judge(test);
    if (!scores.every(Number.isFinite)) throw diverged(); // by the last step
    const {steps} = lengthOf(recipe, whole.length);
    const {encoder: trained, head, dispose} = network;
    const figures = {accuracy, predictions, scores, labels};
    return {...figures, chosen, trials, rows: whole.length, steps, recipe, encoder: trained, head, dispose};
  } catch (error) {
    network.dispose();
    throw error;
  }
}

/** Images to try settings on, and images to judge them by. */
function partsOf(train: Source, validation: Source | undefined, seed: number): {fit: Source; judgedBy: Source} {
  if (validation) return {fit: train, judgedBy: validation};
  const {fit, heldOut} = holdOut('fineTune', train.labels ?? new Int32Array(), seed);
  return {fit: subset(train, fit), judgedBy: subset(train, heldOut)};
}

/** How a setting does on validation images. */
async function tried(
  how: TuneOptions,
  setting: Setting,
  fit: Source,
  judgedBy: Source,
  onStep: FineTuneOptions['onStep'],
): Promise<{accuracy: number; crossEntropy: number | null}> {
  const network = await tuned(how, setting, fit, (step, steps, loss) => {
    onStep?.({...setting, step, steps, loss, last: false});
  });
  if (network === undefined) return {accuracy: 0, crossEntropy: null};
  try {
    const {accuracy, crossEntropy} = await network.judge(judgedBy);
    return {accuracy, crossEntropy: Number.isFinite(crossEntropy) ? crossEntropy : null};
  } finally {
    network.dispose();
  }
}
