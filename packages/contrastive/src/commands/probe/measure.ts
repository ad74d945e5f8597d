import {labelSubset, subset, type Source} from '@contrastive/data';
import {
  confusionMatrix,
  extractFeatures,
  fineTune,
  knn,
  probe as fit,
  selectRows,
  shortFineTune,
  wilsonInterval,
  type Features,
} from '@contrastive/linear-probe';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Splits} from '../../data/splits.js';
import type {Output} from '../../output/output.js';
import {count, counted} from '../../output/words.js';
import type {ConfusionData} from '../../report/data.js';
import type {Row, Score} from './show.js';

/** How it is measured. */
interface Measuring {
  /** Numbers of labels, ascending. */
  readonly budgets: readonly number[];
  /** Draws the labels that are given. */
  readonly seed: number;
  /** Images that vote, at most. */
  readonly neighbours: number;
}

/** Features of images to learn from, and of those that judge. */
interface Parts {
  readonly known: Features;
  readonly unseen: Features;
}

/** What features are worth, and what was taken for what with the most labels. */
export interface Measured {
  readonly rows: readonly Row[];
  readonly confusion: ConfusionData;
}

const score = (accuracy: number, rows: number): Score => {
  const {low, high} = wilsonInterval(Math.round(accuracy * rows), rows);
  return {accuracy, interval: [low, high]};
};

/** The features of both splits; without an encoder the pixels. */
export async function featuresOf(
  encoder: LayersModel | null,
  {train, test}: Splits,
  about: string,
  output: Output,
  preparation?: {readonly size: number; readonly channels: 1 | 3},
): Promise<Parts> {
  const progress = output.progress({about, total: train.length + test.length, unit: 'images'});
  try {
    const of = async (source: Source, from: number): Promise<Features> =>
      extractFeatures(encoder, source, {
        batchSize: 64,
        ...(preparation && {preparation}),
        onProgress: done => {
          progress.update(from + done);
        },
      });
    const known = await of(train, 0);
    return {known, unseen: await of(test, train.length)};
  } finally {
    progress.stop();
  }
}

/** Both classifiers on features, for each number of labels. */
export async function measure(
  name: Row['features'],
  {known, unseen}: Parts,
  classNames: readonly string[] | undefined,
  {budgets, seed, neighbours: k}: Measuring,
): Promise<Measured> {
  // Images that cannot be read are left out of features.
  const labelCounts = [...new Set(budgets.map(labels => Math.min(labels, known.rows)))];
  const fitted = await fit(known, unseen, {labelCounts, seed});
  const rows: Row[] = [];
  for (const {labelCount, accuracy} of fitted) {
    const bank = selectRows(known, labelSubset(known.labels ?? new Int32Array(), labelCount, seed));
    const nearest = await knn(bank, unseen, {k});
    const [classifier, neighbours] = [score(accuracy, unseen.rows), score(nearest.accuracy, unseen.rows)];
    rows.push({features: name, labels: labelCount, classifier, neighbours});
  }
  const {predictions, labelCount} = fitted[fitted.length - 1];
  const {classes, counts} = confusionMatrix(predictions, unseen.labels ?? new Int32Array());
  const confusion = {
    by: `the linear classifier with ${counted(labelCount, 'label')}`,
    classNames: Array.from(classes, label => classNames?.[label] ?? String(label)),
    counts: Array.from(counts),
  };
  return {rows, confusion};
}

/**
 * The same network, trained from random weights on the labels that the classifiers had; the settings are one, so
 * nothing is chosen.
 */
export async function supervised(
  encoder: LayersModel,
  {train, test}: Splits,
  labels: number,
  {seed, steps = shortFineTune.steps ?? 1}: {readonly seed: number; readonly steps?: number},
  output: Output,
): Promise<Row> {
  const recipe = {...shortFineTune, name: 'supervised', steps, learningRates: [0.1], weightDecays: [1e-5]};
  const given = subset(train, labelSubset(train.labels ?? new Int32Array(), labels, seed).sort());
  const progress = output.progress({about: `Supervised, ${count(labels)} labels`, total: steps, unit: 'steps'});
  try {
    const result = await fineTune({
      ...{encoder, train: given, test, recipe, seed},
      onStep: ({step, loss}) => {
        progress.update(step + 1, `loss ${loss.toFixed(3)}`);
      },
    });
    result.dispose();
    return {features: 'supervised', labels, classifier: score(result.accuracy, result.labels.length)};
  } finally {
    progress.stop();
  }
}
