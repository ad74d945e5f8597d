import {choice, integer, number, required, type Rules} from '@contrastive/internal';
import {atLeastOne, ratesRule, sgdRules, type CropRecipe} from './recipe-rules.js';

/** How a whole network is trained on labels, as plain data. */
export interface FineTuneRecipe {
  /** What results call it. */
  readonly name: string;
  /** Part of the labels of `train` that is used, above 0 and up to 1, the same number of each class. */
  readonly labels: number;
  /** Images a step; all there are, where there are fewer. */
  readonly batchSize: number;
  /** How long, by the one or the other. */
  readonly steps?: number;
  readonly epochs?: number;
  /** The learning rates of a batch of 256 to try, above 0; other batches take their share of them. */
  readonly learningRates: readonly number[];
  /** The weight decays to try, from 0 on: each is divided by the learning rate. Those of BatchNorm do not decay. */
  readonly weightDecays: readonly number[];
  /** From 0 to below 1. */
  readonly momentum: number;
  readonly nesterov: boolean;
  /** Half a cosine over all steps, or the same rate throughout. */
  readonly schedule: 'cosine' | 'constant';
  /**
   * `'by epoch'`: the fraction of BatchNorm's running statistics that a step keeps is max(1 − 10/s, 0.9) for s steps an
   * epoch, so that they span some ten epochs at most of a small set. `'as it is'`: that of the network.
   */
  readonly statistics: 'by epoch' | 'as it is';
  /** Of training images. */
  readonly crop: CropRecipe;
}

/** Numbers from one to the other, spaced evenly in their logarithms. */
const logSpaced = (from: number, to: number, count: number): readonly number[] =>
  Array.from({length: count}, (_, i) => Number((from * (to / from) ** (i / (count - 1))).toPrecision(4)));

const simclrCrop = {area: [0.08, 1], interpolation: 'bicubic', distribution: 'simclr'} as const;

/**
 * SimCLR's transfer by fine-tuning (Chen et al. 2020, arXiv 2002.05709, appendix B.8.2): 20,000 steps of 256 images, 7
 * learning rates from 0.0001 to 0.1 by 7 weight decays from 10⁻⁶ to 10⁻³ and none. The momentum of BatchNorm there,
 * max(1 − 10/s, 0.9), is the fraction kept, as TensorFlow and `batchNorm` have it; torch's is one minus that.
 *
 * Paper: B.8.2 names learning rates and no schedule, and the authors published no code of it. Here: half a cosine
 * without warm-up, because their linear evaluation has that. `{...simclrTransfer, schedule: 'constant'}` is the other
 * reading.
 */
export const simclrTransfer: FineTuneRecipe = {
  name: 'simclrTransfer',
  labels: 1,
  batchSize: 256,
  steps: 20_000,
  learningRates: logSpaced(1e-4, 0.1, 7),
  weightDecays: [0, ...logSpaced(1e-6, 1e-3, 7)],
  momentum: 0.9,
  nesterov: true,
  schedule: 'cosine',
  statistics: 'by epoch',
  crop: simclrCrop,
};

/**
 * The same network from random weights, as SimCLR's table of transfer has it (appendix B.8): 40,000 steps, learning
 * rates from 0.001 to 1, weight decays from 10⁻⁵ to 10⁻¹·⁵. What takes longer to learn from nothing gets longer.
 */
export const simclrFromScratch: FineTuneRecipe = {
  ...simclrTransfer,
  name: 'simclrFromScratch',
  steps: 40_000,
  learningRates: logSpaced(1e-3, 1, 7),
  weightDecays: logSpaced(1e-5, 10 ** -1.5, 8),
};

/**
 * A short fine-tuning, the default: 6 settings of 1,000 steps of 128 images. A deviation from {@link simclrTransfer},
 * which trains 56 settings for 20,000 steps of 256.
 */
export const shortFineTune: FineTuneRecipe = {
  ...simclrTransfer,
  name: 'shortFineTune',
  batchSize: 128,
  steps: 1_000,
  learningRates: [0.01, 0.03, 0.1],
  weightDecays: [0, 1e-5],
};

const semiSupervised = {
  ...simclrTransfer,
  steps: undefined,
  batchSize: 4096,
  learningRates: [0.05],
  weightDecays: [0],
  statistics: 'as it is',
} as const;

/**
 * SimCLR's semi-supervised learning with 1 % of the labels (Chen et al. 2020, arXiv 2002.05709, appendix B.5): the same
 * number of each class, learning rate 0.05 at 256 images, batches of 4096, no weight decay, 60 epochs. One setting, so
 * nothing is chosen. Of the schedule it says nothing either; half a cosine, as above.
 */
export const simclrOnePercent: FineTuneRecipe = {...semiSupervised, name: 'simclrOnePercent', labels: 0.01, epochs: 60};

/** The same with 10 % of the labels and 30 epochs. */
export const simclrTenPercent: FineTuneRecipe = {...semiSupervised, name: 'simclrTenPercent', labels: 0.1, epochs: 30};

/** What a {@link FineTuneRecipe} must be. */
export const fineTuneRecipeRules: Rules<FineTuneRecipe> = {
  ...sgdRules,
  labels: required(number({above: 0, most: 1})),
  steps: integer({least: 1}),
  epochs: integer({least: 1}),
  learningRates: required(ratesRule),
  weightDecays: required(atLeastOne(number({least: 0}), 'a list of numbers from 0 on, at least one,')),
  schedule: required(choice('cosine', 'constant')),
  statistics: required(choice('by epoch', 'as it is')),
};
