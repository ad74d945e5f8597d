import {checkSource, concat, fraction, subset, type Source} from '@contrastive/data';
import {checkOptions} from '@contrastive/internal';
import {checkNetworks, requireBackend} from '@contrastive/layers';
import {cropAndFlip} from './crop-and-flip.js';
import {rules, type FineTuneOptions, type FineTuneResult, type FineTuneTrial} from './fine-tune-options.js';
import {fineTuneRecipeRules, shortFineTune, type FineTuneRecipe} from './fine-tune-recipes.js';
import {checkEachClass, checkLabels, checkSeveral, holdOut} from './labels.js';
import {lengthOf, tuned, type Setting, type TuneOptions} from './tuned.js';

/** What is learned from and judged by, checked. */
interface Images {
  readonly classCount: number;
  /** The labels that are used. */
  readonly train: Source;
  readonly test: Source;
  readonly validation?: Source;
}

/** Labelled images of the classes. */
function checkImages({train, test, validation, ...options}: FineTuneOptions, recipe: FineTuneRecipe): Images {
  for (const [name, source] of Object.entries({train, test, ...(validation && {validation})})) {
    checkSource('fineTune', source, name);
    checkLabels('fineTune', name, source.labels, source.length);
  }
  const labels = train.labels ?? new Int32Array();
  checkSeveral('fineTune', 'train', labels);
  const {classCount = train.classNames?.length ?? labels.reduce((most, label) => Math.max(most, label), 0) + 1} =
    options;
  const classes = Int32Array.from({length: classCount}, (_, label) => label);
  checkLabels('fineTune', 'train', labels, train.length, classCount);
  checkEachClass('fineTune', 'train', labels, classes, 1, 'add some, or leave the class out of classCount');
  for (const [name, source] of Object.entries({test, ...(validation && {validation})}))
    checkLabels('fineTune', name, source.labels, source.length, classCount);
  return {
    classCount,
    train: balanced(train, classes, recipe.labels, options.seed),
    test,
    ...(validation && {validation}),
  };
}

/** The share of the images whose labels are used, the same number of each class. */
function balanced(source: Source, classes: Int32Array, share: number, seed: number): Source {
  if (share === 1) return source;
  const few = fraction(source, share, {seed});
  const each = Math.floor(few.length / classes.length);
  const labels = few.labels ?? new Int32Array();
  checkEachClass(
    'fineTune',
    'train',
    labels,
    classes,
    each,
    'add images of it, or use all labels, labels: 1 of recipe',
  );
  return few;
}

/** The points of the grid, in order. */
const settingsOf = ({learningRates, weightDecays}: FineTuneRecipe): Setting[] =>
  learningRates.flatMap(learningRate => weightDecays.map(weightDecay => ({learningRate, weightDecay})));

const same = (one: Setting, other: Setting): boolean =>
  one.learningRate === other.learningRate && one.weightDecay === other.weightDecay;

/** Throws for trials of another sweep. */
function checkFinished(
  finished: readonly FineTuneTrial[],
  settings: readonly Setting[],
  sweep: Pick<FineTuneTrial, 'recipe' | 'seed' | 'steps' | 'rows'>,
): void {
  for (const trial of finished) {
    const differs = (Object.keys(sweep) as (keyof typeof sweep)[]).find(key => trial[key] !== sweep[key]);
    const found = differs === undefined ? settings.some(setting => same(setting, trial)) : false;
    if (found) continue;
    const got =
      differs === undefined
        ? `learning rate ${trial.learningRate} with weight decay ${trial.weightDecay}, which is not in the grid`
        : `${differs} ${trial[differs]} instead of ${sweep[differs]}`;
    throw new RangeError(
      `fineTune: expected trials of this sweep as finished, got one of ${got}; give those that this sweep's onTrial ` +
        'gave, or none.',
    );
  }
}

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
 * after its last step. Training images are cropped and flipped; images of evaluation are prepared as the encoder
 * remembers it.
 *
 * What it starts from is which encoder is given: one of contrastive training, one of `supervised`, or one as
 * `resnet18()` makes it. A sweep that was stopped goes on where it was: keep what `onTrial` gives, and give it back as
 * `finished`.
 *
 * @returns Figures, and the network that was trained last, which is the caller's: `dispose()` frees it.
 * @throws TypeError for a bad option and without labels; RangeError for one out of range, a label that is not a class,
 * a class without images, one that cannot be held out or balanced, a name of `freeze` that no layer has and trials of
 * another sweep; Error where no setting has a finite loss.
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
    augment: options.augment ?? cropAndFlip('fineTune', encoder, train, recipe.crop),
    ...(microBatch !== undefined && {microBatch}),
    ...(signal && {signal}),
  };
  const settings = settingsOf(recipe);
  const trials: FineTuneTrial[] = [];
  if (settings.length > 1) {
    const {fit, judgedBy} = partsOf(train, validation, seed);
    const sweep = {recipe: recipe.name, seed, steps: lengthOf(recipe, fit.length).steps, rows: fit.length};
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
  const whole = validation ? concat([train, validation]) : train;
  const network = await tuned(how, chosen, whole, (step, steps, loss) => {
    onStep?.({...chosen, step, steps, loss, last: true});
  });
  if (network === undefined)
    throw new Error(`fineTune: expected a finite loss, got none with learning rate ${learningRate}; lower it.`);
  try {
    const {accuracy, predictions, scores, labels} = await network.judge(test);
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
