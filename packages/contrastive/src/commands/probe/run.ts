import {join} from 'node:path';
import {labelSubset, type Source} from '@contrastive/data';
import {
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
import {checkSplits, openSplits, type Splits} from '../../data/splits.js';
import {checkEncoder, openEncoder, type OpenedEncoder} from '../../encoder/open-encoder.js';
import {untrained} from '../../encoder/untrained.js';
import {printable} from '../../escape/terminal.js';
import {startBackend} from '../../output/compute.js';
import type {Output} from '../../output/output.js';
import {count, counted} from '../../output/words.js';
import type {Context} from '../../program/command.js';
import type {Values} from '../../program/setting.js';
import {UsageError} from '../../program/usage-error.js';
import {LAYOUT, writeWhole} from '../../run/run-folder.js';
import type {settings} from './index.js';
import {show, type Row, type Score} from './show.js';

const where = 'contrastive probe';

type Told = Values<typeof settings>;

/** Pixels of raw images, each way, at most: a classifier of 64 × 64 × 3 numbers takes minutes. */
const RAW = 32;

const score = (accuracy: number, rows: number): Score => {
  const {low, high} = wilsonInterval(Math.round(accuracy * rows), rows);
  return {accuracy, interval: [low, high]};
};

/** The numbers of labels to try: no more than there are, no fewer than classes. */
function budgetsOf(asked: Told['labels'], train: Source): number[] {
  const classes = new Set(train.labels).size;
  const counts = (asked ?? ['all']).map(one => (one === 'all' ? train.length : one));
  const few = counts.find(one => one < classes);
  if (few !== undefined)
    throw new UsageError(
      `${where}: expected at least one label for each of ${classes} classes as --labels, got ${few}; give more.`,
    );
  return [...new Set(counts.map(one => Math.min(one, train.length)))].sort((a, b) => a - b);
}

/** Both classifiers on features, for each number of labels. */
async function measure(
  name: Row['features'],
  {known, unseen}: {readonly known: Features; readonly unseen: Features},
  budgets: readonly number[],
  {seed = 1, neighbours: k = 20}: Told,
): Promise<Row[]> {
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
  return rows;
}

/** The features of both splits. */
async function featuresOf(
  encoder: LayersModel | null,
  {train, test}: Splits,
  about: string,
  output: Output,
  preparation?: {readonly size: number; readonly channels: 1 | 3},
): Promise<{known: Features; unseen: Features}> {
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

/** The same network, trained on the labels from random weights; the settings are one, so nothing is chosen. */
async function supervised(
  encoder: LayersModel,
  {train, test}: Splits,
  budgets: readonly number[],
  {seed = 1}: Told,
  output: Output,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const labels of budgets) {
    const recipe = {
      ...shortFineTune,
      name: 'supervised',
      labels: labels / train.length,
      learningRates: [0.1],
      weightDecays: [1e-5],
    };
    const progress = output.progress({
      about: `Supervised, ${count(labels)} labels`,
      total: recipe.steps ?? 1,
      unit: 'steps',
    });
    try {
      const result = await fineTune({
        ...{encoder, train, test, recipe, seed},
        onStep: ({step, loss}) => {
          progress.update(step + 1, `loss ${loss.toFixed(3)}`);
        },
      });
      rows.push({features: 'supervised', labels, classifier: score(result.accuracy, result.labels.length)});
      result.dispose();
    } finally {
      progress.stop();
    }
  }
  return rows;
}

/** Measures all features, and gives the figures. */
async function compare(opened: OpenedEncoder, splits: Splits, told: Told, output: Output): Promise<Row[]> {
  const {channels, size = RAW} = opened.preparation;
  const budgets = budgetsOf(told.labels, splits.train);
  const raw = await featuresOf(null, splits, 'Raw pixels', output, {channels, size: Math.min(size, RAW)});
  const rows = await measure('raw pixels', raw, budgets, told);
  const random = await untrained(opened);
  try {
    rows.push(...(await measure('untrained', await featuresOf(random, splits, 'Untrained', output), budgets, told)));
    rows.push(
      ...(await measure('trained', await featuresOf(opened.encoder, splits, 'Trained', output), budgets, told)),
    );
    if (told.supervised) rows.push(...(await supervised(random, splits, budgets, told, output)));
  } finally {
    random.dispose();
  }
  return rows;
}

/** Measures what an encoder has learned, beside what needs no learning. */
export async function probe(told: Told, {output}: Context): Promise<void> {
  const {run: path, seed = 1} = told;
  checkEncoder(where, path);
  checkSplits(where, told);
  await startBackend(told.backend, output);
  const opened = await openEncoder(where, path);
  try {
    const splits = await openSplits(where, told, opened.preparation);
    try {
      output.say(
        `Measuring ${printable(path)}: ${counted(splits.train.length, 'image')} to learn from, ` +
          `${counted(splits.test.length, 'image')} to be judged by.`,
      );
      const rows = await compare(opened, splits, told, output);
      show(rows, output);
      for (const row of rows) output.record({event: 'score', ...row});
      const file = told.out ?? (opened.configuration ? join(path, LAYOUT.probe) : undefined);
      const {classNames} = splits.train;
      const result = {encoder: path, train: told.train, test: told.test, testShare: told.testShare, seed};
      if (file === undefined) return;
      await writeWhole(
        file,
        `${JSON.stringify({...result, testImages: splits.test.length, classNames, rows}, null, 2)}\n`,
      );
      output.say(`\nResults: ${printable(file)}`);
    } finally {
      await splits.close();
    }
  } finally {
    opened.encoder.dispose();
  }
}
