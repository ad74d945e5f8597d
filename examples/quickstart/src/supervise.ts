import {augmentation, randomResizedCrop} from '@contrastive/augment';
import {labelSubset, subset} from '@contrastive/data';
import type {Images} from '@contrastive/example';
import {fineTune, shortFineTune} from '@contrastive/linear-probe';
import {toPercent} from './evaluate.js';
import {createEncoder} from './pretrain.js';
import type {Settings} from './settings.js';
import type {LabelScores} from './figures.js';

/** What the same network learns from labels alone. */
interface Supervision {
  /** Percent of test images classified right, by number of labels. */
  readonly scores: LabelScores;
  /** Class that each test image was taken for with the most labels, `[test images]`. */
  readonly predictions: Int32Array;
}

/**
 * Trains the network from its random weights on the labels that the classifiers are given, once for each number of
 * them: what the encoder, which saw no labels, is to be compared with. Nothing is chosen, so nothing is held out.
 * `onTrained` is called after each.
 */
export async function supervise(
  {train, test}: {readonly train: Images; readonly test: Images},
  settings: Settings,
  seed: number,
  onTrained?: (labels: number, seconds: number) => void,
): Promise<Supervision> {
  const {labelBudgets, supervisedSteps, batchSize, learningRate, weightDecay, supervisedMinArea: least} = settings;
  const augment = augmentation([randomResizedCrop({size: train.size[0], area: [least, 1], flip: 0.5})]);
  const encoder = createEncoder(train, settings, seed, true);
  const scores: Record<string, number> = {};
  let predictions: Int32Array = new Int32Array();
  try {
    for (const [i, labels] of labelBudgets.entries()) {
      const began = performance.now();
      const labelled = subset(train, labelSubset(train.labels ?? new Int32Array(), labels, seed));
      const rate = (learningRate * Math.min(batchSize, labels)) / batchSize;
      const recipe = {
        ...{...shortFineTune, name: 'quickstart', batchSize, steps: supervisedSteps[i], nesterov: false},
        // A recipe has the rate of 256 images, and divides its decay by the rate.
        ...{learningRates: [(learningRate * 256) / batchSize], weightDecays: [weightDecay * rate]},
        statistics: 'as it is' as const,
      };
      const result = await fineTune({encoder, train: labelled, test, recipe, augment, seed});
      result.dispose();
      scores[labels] = toPercent(result.accuracy);
      ({predictions} = result);
      onTrained?.(labels, (performance.now() - began) / 1000);
    }
  } finally {
    encoder.dispose();
  }
  return {scores, predictions};
}
