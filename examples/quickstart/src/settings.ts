import {defaultL2Grid} from '@contrastive/linear-probe';

/**
 * Everything that decides what a run learns and measures; `--seed`, `--epochs` and `--backend` come from the command
 * line.
 */
export interface Settings {
  /** Channels of the first stage; each later stage has twice as many. */
  readonly width: number;
  /** Basic residual blocks in each stage. */
  readonly depths: readonly number[];
  /** Features that the projection head gives to the loss. */
  readonly projection: number;
  /** Images in a batch; each has two views, so the loss compares twice as many. */
  readonly batchSize: number;
  /** Passes over the training images. */
  readonly epochs: number;
  /** Learning rate after the warm-up; it falls to zero along a cosine. */
  readonly learningRate: number;
  /** Part of all steps over which the learning rate rises from zero, in [0, 1). */
  readonly warmup: number;
  /** Strength of the pull of every weight towards zero. */
  readonly weightDecay: number;
  /** Temperature τ of NT-Xent. */
  readonly temperature: number;
  /** Smallest part of the image's area that a crop keeps, in (0, 1]. */
  readonly minArea: number;
  /** How far brightness and contrast may move, each way. */
  readonly jitter: number;
  /** How often brightness and contrast are moved, in [0, 1]. */
  readonly jitterProbability: number;
  /** Training images that are used, from the first. */
  readonly trainImages: number;
  /** Test images that are used, from the first. */
  readonly testImages: number;
  /** How many labels the classifiers are given, one column of the table each. */
  readonly labelBudgets: readonly number[];
  /** Penalties of logistic regression, of which one is chosen on a held-out fifth of the labels. */
  readonly penalties: readonly number[];
  /** Neighbours that vote in kNN. */
  readonly neighbours: number;
  /** Steps of the supervised training on each number of labels, with which the encoder is compared. */
  readonly supervisedSteps: readonly number[];
  /** Smallest part of the image's area that a crop of that training keeps, in (0, 1]. */
  readonly supervisedMinArea: number;
}

/** The run of `npm start`: minutes on two cores, and better features than raw pixels. */
export const quickstart: Settings = {
  width: 16, // a quarter of a ResNet-18's: a step takes a fifth of a second on two cores
  depths: [1, 1, 1, 1, 1], // half a ResNet-18, and a fifth stage: at 2 × 2 positions 256 features cost little
  projection: 128, // SimCLR, section 2.1
  batchSize: 128, // few epochs: twice the steps of 256 are worth more than twice the negatives
  epochs: 20, // training stays under five minutes on two cores
  learningRate: 0.12, // twice what long CIFAR recipes use (0.06 at batch 128): there are only 20 epochs
  warmup: 0.05, // less than an epoch: with BatchNorm and plain SGD a short one is enough
  weightDecay: 5e-4, // the usual one of small images
  temperature: 0.2, // the images are much alike: softer than 0.1, harder than 0.5
  minArea: 0.2, // SimCLR has 0.08 for photographs; less than a fifth of a garment is no longer one
  jitter: 0.4, // SimCLR's 0.8 · strength at strength 0.5, as for CIFAR
  jitterProbability: 0.8, // SimCLR, appendix A
  trainImages: 10_000, // all that are bundled
  testImages: 10_000, // the whole test set
  labelBudgets: [100, 1_000, 10_000], // 1 %, 10 % and all of the training images
  penalties: defaultL2Grid, // a decade apart: the accuracy is flat around the best
  neighbours: 20, // few enough for the ten images of a class that 100 labels have
  supervisedSteps: [250, 400, 1_000], // of half the images of a step without labels: a minute and a half in all
  supervisedMinArea: 0.5, // in so few steps smaller pieces would teach less
};

/** The run of `npm start -- --smoke`: does everything work? Seconds on wasm too, and features that mean little. */
export const smoke: Settings = {
  ...quickstart,
  width: 8,
  depths: [1, 1, 1], // a third of the quickstart's work for an image, a tenth of its images
  batchSize: 64,
  epochs: 1,
  trainImages: 1_000,
  testImages: 500,
  labelBudgets: [100, 1_000],
  supervisedSteps: [5, 10],
  penalties: [1e-3, 1e-2, 1e-1], // the weak ones take the longest, and win only with more labels
};
