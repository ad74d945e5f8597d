import type {Augment} from '@contrastive/augment';
import type {Source} from '@contrastive/data';
import {augmentRule, callable, integer, object, required, type Rules} from '@contrastive/internal';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Features} from '../features.js';
import type {LinearRecipe} from './linear-recipes.js';
import {ratesRule} from './recipe-rules.js';

/** The learning rates, at 256 images, of which `linearProbe` chooses one by default: two a decade, 0.01 to 30. */
export const defaultLearningRates: readonly number[] = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

/** Settings of `linearProbe`. */
export interface LinearProbeOptions {
  /** Makes the features of images; stays as it is. For features that are there already leave it out. */
  readonly encoder?: LayersModel;
  /** How the classifier is trained; `simclrLinear` by default. */
  readonly recipe?: LinearRecipe;
  /** Learning rates to choose from, at 256 images; {@link defaultLearningRates} by default. */
  readonly learningRates?: readonly number[];
  /** What they are judged by, of the kind of `train`; by default a fifth of each class of that. */
  readonly validation?: Features | Source;
  /** Of training images; by default the recipe's crops and flips, of the encoder's size and normalisation. */
  readonly augment?: Augment;
  /** Draws the start, the order, the views and what is held out; any integer. */
  readonly seed: number;
  /** Called after each epoch with how many are done of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A classifier as it was after the last epoch, and what it is worth. */
export interface LinearProbeFit {
  /** The learning rate at 256 images with which it began. */
  readonly learningRate: number;
  /** Part of the test rows whose class was found, in [0, 1]. */
  readonly accuracy: number;
  /** The class of the largest score of each test row, `[rows]`. */
  readonly predictions: Int32Array;
  /** Logits of the test rows, `[rows, c]`, in the order of `classes`. */
  readonly scores: Float32Array;
  /** `[columns, c]`. */
  readonly weights: Float32Array;
  /** `[c]`. */
  readonly bias: Float32Array;
  /** Whether the learning rate was too high for these features, so that numbers became infinite. */
  readonly diverged: boolean;
}

/** How one learning rate did on the validation rows. */
export interface RateTrial {
  /** At 256 images. */
  readonly learningRate: number;
  /** In [0, 1]. */
  readonly accuracy: number;
  /** Mean over the rows; Infinity where it diverged. */
  readonly crossEntropy: number;
}

/** What `linearProbe` found. */
export interface LinearProbeResult {
  /** The recipe as it is, with its own learning rate. */
  readonly asPublished: LinearProbeFit;
  /** The recipe with the learning rate that did best on validation rows. */
  readonly chosen: LinearProbeFit;
  /** How each learning rate did there; none where there is one to choose from. */
  readonly trials: readonly RateTrial[];
  /** Rows that they were judged by. */
  readonly validationRows: number;
  /** The classes of the training rows, ascending, `[c]`. */
  readonly classes: Int32Array;
  /** Class of each test row, `[rows]`. */
  readonly labels: Int32Array;
  /** Test rows whose class is none of these; they count as wrong. */
  readonly unknownRows: number;
  /** What was done. */
  readonly recipe: LinearRecipe;
}

/** What the options must be. */
export const rules: Rules<LinearProbeOptions> = {
  encoder: object,
  recipe: object,
  learningRates: ratesRule,
  validation: object,
  augment: augmentRule,
  seed: required(integer()),
  onProgress: callable,
};
