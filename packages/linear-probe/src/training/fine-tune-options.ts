import type {Augment} from '@contrastive/augment';
import type {Source} from '@contrastive/data';
import {augmentRule, callable, flag, integer, list, object, required, text, type Rules} from '@contrastive/internal';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {FineTuneRecipe} from './fine-tune-recipes.js';
import {classCountRule} from './labels.js';
import type {Setting} from './tuned.js';

/** What `fineTune` needs. */
export interface FineTuneOptions {
  /**
   * Where the training starts: an encoder of contrastive or supervised training, or one as it was made. It stays as it
   * is; copies are trained.
   */
  readonly encoder: LayersModel;
  /** Labelled images to learn from, classes 0 to `classCount − 1`. */
  readonly train: Source;
  /** Labelled images that are scored once, by the last network. */
  readonly test: Source;
  /**
   * Labelled images by which settings are chosen; by default a fifth of each class of `train`. With all labels they are
   * learned from in the end too, also where the recipe has one setting; with part of them they only choose.
   */
  readonly validation?: Source;
  /** By default the number of class names of `train`, else its largest label and one. */
  readonly classCount?: number;
  /** How it is trained, and what is tried; `shortFineTune` by default. */
  readonly recipe?: FineTuneRecipe;
  /** Of training images; by default the recipe's crops and flips, of the encoder's size and normalisation. */
  readonly augment?: Augment;
  /**
   * Layers that stay as they are, by name or the beginning of it, such as `['conv1', 'layer1']`; none by default. A
   * layer that is frozen in `encoder` and not named here is trained.
   */
  readonly freeze?: readonly string[];
  /** Whether the BatchNorms of these layers keep their running statistics and normalise by them; false by default. */
  readonly freezeStatistics?: boolean;
  /** Images that go through the network at once, where memory is short; see `train`. */
  readonly microBatch?: number;
  /** Draws labels, what is held out, the order and the views; any integer. */
  readonly seed: number;
  /** Trials that an earlier sweep finished, as `onTrial` gave them: they are not made again. */
  readonly finished?: readonly FineTuneTrial[];
  /** Called after each trial, for example to write it to a file. */
  readonly onTrial?: (trial: FineTuneTrial) => void;
  /** Called with each step's loss, of trials and of the last training. */
  readonly onStep?: (step: FineTuneStep) => void;
  /** Stops between two steps; then the signal's reason is thrown. What `onTrial` gave is kept. */
  readonly signal?: AbortSignal;
}

/** A step of a trial or of the last training. */
export interface FineTuneStep extends Setting {
  /** Counted from 0. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Whether it is the training on all labels, after the trials. */
  readonly last: boolean;
}

/** How one setting did on the validation images: plain data, to save as JSON. */
export interface FineTuneTrial extends Setting {
  readonly recipe: string;
  readonly seed: number;
  readonly steps: number;
  /** Images that were learned from. */
  readonly rows: number;
  /** Tells encoder, recipe, labels and freezing apart from those of another sweep. */
  readonly digest: string;
  /** Part of the validation images whose class was found, in [0, 1]. */
  readonly accuracy: number;
  /** Mean over the validation images; null where the loss became infinite. */
  readonly crossEntropy: number | null;
}

/** What `fineTune` found. */
export interface FineTuneResult {
  /** Part of the test images whose class was found, in [0, 1], after the last step. */
  readonly accuracy: number;
  /** Class of each test image that could be used, `[rows]`. */
  readonly predictions: Int32Array;
  /** Their logits, `[rows, classCount]`. */
  readonly scores: Float32Array;
  /** Their labels, `[rows]`. */
  readonly labels: Int32Array;
  /** The setting that did best on validation images. */
  readonly chosen: Setting;
  /** How each did; none where there is one. */
  readonly trials: readonly FineTuneTrial[];
  /** Images that the last network was trained on, with all labels those of validation too. */
  readonly rows: number;
  /** Steps of the last training. */
  readonly steps: number;
  readonly recipe: FineTuneRecipe;
  /** The network that was trained last. */
  readonly encoder: LayersModel;
  /** Its features to logits. */
  readonly head: LayersModel;
  /** Frees both. */
  readonly dispose: () => void;
}

/** What the options must be. */
export const rules: Rules<FineTuneOptions> = {
  encoder: required(object),
  train: required(object),
  test: required(object),
  validation: object,
  classCount: classCountRule,
  recipe: object,
  augment: augmentRule,
  freeze: list(text),
  freezeStatistics: flag,
  microBatch: integer({least: 1}),
  seed: required(integer()),
  finished: list(object),
  onTrial: callable,
  onStep: callable,
  signal: object,
};
