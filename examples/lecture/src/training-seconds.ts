import type {Training, Untrained} from './experiment.js';

/**
 * Seconds an image and a step on two quiet cores: two fifths of what the quickstart's step takes with 28 × 28 pixels
 * and a fifth stage (0.154 s of 128 images); MoCo trains on one view and encodes the other.
 */
const IMAGE = {SimCLR: 0.00045, MoCo: 0.0003, supervised: 0.00023} as const;
const STEP = 0.008;
/** What each further group of BatchNorm adds to a step: eight groups take 1.8 times as long as the whole batch. */
const GROUP = 0.11;
/** Those of an image are of so many pixels each way; others take their share of them. */
const SIZE = 20;

/** The steps of a training, as its views count them: what does not fill a batch is left out. */
export const stepsOf = ({count, epochs = 0, steps, batchSize}: Exclude<Training, Untrained>): number =>
  steps ?? epochs * Math.floor(count / Math.min(batchSize, count));

/** What a step takes on two quiet cores. */
export function stepSeconds(training: Exclude<Training, Untrained>): number {
  const {batchSize, method, size} = training;
  const groups = method === 'MoCo' ? training.splits : 1;
  return (batchSize * IMAGE[method] * (size / SIZE) ** 2 + STEP) * (1 + GROUP * (groups - 1));
}

/** What a training takes on two quiet cores. */
export const trainingSeconds = (training: Training): number =>
  training.method === 'untrained' ? 0 : stepsOf(training) * stepSeconds(training);
