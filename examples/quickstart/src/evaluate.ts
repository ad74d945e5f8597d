import {labelSubset, type Source} from '@contrastive/data';
import {extractFeatures, knn, probe, selectRows, type Features} from '@contrastive/linear-probe';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Settings} from './settings.js';
import {encoderNames, type EncoderName, type Scores} from './figures.js';

/** Features of both splits by one encoder. */
export interface SplitFeatures {
  /** Of the training images. */
  readonly train: Features;
  /** Of the test images. */
  readonly test: Features;
}

/** What the encoders are worth. */
interface Evaluation {
  /** Logistic regression, in percent. */
  readonly probe: Scores;
  /** Nearest neighbours, in percent. */
  readonly knn: Scores;
  /** Features by the trained encoder. */
  readonly features: SplitFeatures;
  /** What logistic regression on these took each test image for with the most labels, `[test images]`. */
  readonly predictions: Int32Array;
}

/** What is measured: the encoders (`null` for raw pixels) on the images that they see. */
interface Measured {
  /** By name; `null` leaves the pixels as they are. */
  readonly encoders: Readonly<Record<EncoderName, LayersModel | null>>;
  /** Images whose labels the classifiers may see. */
  readonly train: Source;
  /** Images that classifiers are judged by, once. */
  readonly test: Source;
}

/** Percent with two digits, as exact as 10,000 test images are. */
export function toPercent(fraction: number): number {
  return Math.round(fraction * 10_000) / 100;
}

async function measure({train, test}: SplitFeatures, {labelBudgets, penalties, neighbours}: Settings, seed: number) {
  const regression = await probe(train, test, {labelCounts: labelBudgets, l2Grid: penalties, seed});
  const nearest: Record<string, number> = {};
  for (const labels of labelBudgets) {
    const bank = selectRows(train, labelSubset(train.labels ?? new Int32Array(0), labels, seed));
    nearest[labels] = toPercent((await knn(bank, test, {k: neighbours})).accuracy);
  }
  const probed = Object.fromEntries(regression.map(({labelCount, accuracy}) => [labelCount, toPercent(accuracy)]));
  return {probe: probed, knn: nearest, predictions: regression[regression.length - 1].predictions};
}

/**
 * Measures raw pixels, the untrained and the trained encoder by one rule: the same label subsets, and nothing chosen on
 * the test images. `onMeasured` is called after each.
 */
export async function evaluate(
  {encoders, train, test}: Measured,
  settings: Settings,
  seed: number,
  onMeasured?: (name: EncoderName, seconds: number) => void,
): Promise<Evaluation> {
  const results = [];
  for (const name of encoderNames) {
    const began = performance.now();
    const features = {
      train: await extractFeatures(encoders[name], train),
      test: await extractFeatures(encoders[name], test),
    };
    results.push({features, ...(await measure(features, settings, seed))});
    onMeasured?.(name, (performance.now() - began) / 1000);
  }
  const [raw, untrained, trained] = results;
  return {
    probe: {raw: raw.probe, untrained: untrained.probe, trained: trained.probe},
    knn: {raw: raw.knn, untrained: untrained.knn, trained: trained.knn},
    features: trained.features,
    predictions: trained.predictions,
  };
}
