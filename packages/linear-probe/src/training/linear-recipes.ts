import {choice, either, integer, kind, number, required, type Rules} from '@contrastive/internal';
import {sgdRules, type CropRecipe} from './recipe-rules.js';

/** How a linear classifier is trained, as plain data: `{...mocoLinear, epochs: 10}` is another. */
export interface LinearRecipe {
  /** What results call it. */
  readonly name: string;
  /** The learning rate of a batch of 256 at the start; other batches take their share of it. */
  readonly learningRate: number;
  /** Images a step; all there are, where there are fewer. The last of an epoch may be smaller. */
  readonly batchSize: number;
  readonly epochs: number;
  /** From 0 to below 1. */
  readonly momentum: number;
  readonly nesterov: boolean;
  /** From 0 on. */
  readonly weightDecay: number;
  /**
   * Half a cosine over all steps, or a factor at each milestone, which is a part of the epochs between 0 and 1,
   * ascending.
   */
  readonly schedule: 'cosine' | {readonly milestones: readonly number[]; readonly factor: number};
  /** The standard deviation of the weights at the start, 0 for zeros. The bias starts at 0. */
  readonly initialDeviation: number;
  /** Of training images; cached features have none. */
  readonly crop: CropRecipe;
}

/**
 * MoCo's linear evaluation (He et al. 2020, arXiv 1911.05722, section 4.1 and the authors' `main_lincls.py`): learning
 * rate 30, × 0.1 after 60 and 80 of 100 epochs, no weight decay, a start of N(0, 0.01²). A rate of 30 fits features of
 * that scale only; others may call for one that is a thousandth of it.
 */
export const mocoLinear: LinearRecipe = {
  name: 'mocoLinear',
  learningRate: 30,
  batchSize: 256,
  epochs: 100,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 0,
  schedule: {milestones: [0.6, 0.8], factor: 0.1},
  initialDeviation: 0.01,
  crop: {area: [0.08, 1], interpolation: 'bilinear', distribution: 'torchvision'},
};

/**
 * SimCLR's linear evaluation (Chen et al. 2020, arXiv 2002.05709, appendix B.6 and the authors' code): learning rate
 * 0.1 at 256 images, Nesterov's momentum, half a cosine over 90 epochs without warm-up, no weight decay, a start at
 * zero.
 *
 * Paper: batches of 4096. Here: of 256, which the linear rule allows for and small sets need.
 */
export const simclrLinear: LinearRecipe = {
  name: 'simclrLinear',
  learningRate: 0.1,
  batchSize: 256,
  epochs: 90,
  momentum: 0.9,
  nesterov: true,
  weightDecay: 0,
  schedule: 'cosine',
  initialDeviation: 0,
  crop: {area: [0.08, 1], interpolation: 'bicubic', distribution: 'simclr'},
};

const milestonesRule = kind('{milestones, factor} with milestones between 0 and 1, ascending,', value => {
  const {milestones, factor} = Object(value) as {milestones?: unknown; factor?: unknown};
  const ascending =
    Array.isArray(milestones) &&
    (milestones as unknown[]).every(
      (at, i, all) => typeof at === 'number' && at > 0 && at < 1 && (i === 0 || at > Number(all[i - 1])),
    );
  return ascending && typeof factor === 'number' && factor >= 0;
});

/** What a {@link LinearRecipe} must be. */
export const linearRecipeRules: Rules<LinearRecipe> = {
  ...sgdRules,
  learningRate: required(number({above: 0})),
  epochs: required(integer({least: 1})),
  weightDecay: required(number({least: 0})),
  schedule: required(either(choice('cosine'), milestonesRule)),
  initialDeviation: required(number({least: 0})),
};
