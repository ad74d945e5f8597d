import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {augmentation, colorJitter, randomResizedCrop, type Augment} from '@contrastive/augment';
import {subset, twoViews, type Source} from '@contrastive/data';
import {fashionMnist} from '@contrastive/image-files';
import {extractFeatures, knn, probe, type Features} from '@contrastive/linear-probe';
import {ntXent} from '@contrastive/losses';
import {sgd, warmupCosine} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {openRun} from '@contrastive/train/node';
import {exportEncoder} from '@contrastive/weights/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/** How much of a run. */
export interface SampleOptions {
  readonly name: string;
  readonly images: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly width: number;
  readonly temperature: number;
  readonly labelCounts: readonly number[];
}

/** A run in a folder, with what a report looks at it with. */
export interface SampleRun {
  readonly folder: string;
  readonly encoder: LayersModel;
  readonly images: Source;
  readonly augment: Augment;
}

const quick: SampleOptions = {
  ...{name: 'quick', images: 192, steps: 6, batchSize: 32, width: 4, temperature: 0.2, labelCounts: [50, 150]},
};

const networkOf = (width: number): LayersModel =>
  resnet({depths: [1, 1, 1, 1], width, stem: 'cifar', inputShape: [28, 28, 1], seed: 1});

/** What both classifiers make of features, as a run's `probe.json` has it. */
async function measure(features: string, train: Features, test: Features, labelCounts: readonly number[]) {
  const neighbours = {accuracy: (await knn(train, test, {k: 20})).accuracy};
  const results = await probe(train, test, {labelCounts, l2Grid: [1e-2], seed: 1});
  return results.map(({labelCount: labels, accuracy}) => ({features, labels, classifier: {accuracy}, neighbours}));
}

/**
 * Makes a run of SimCLR on the bundled images with everything that a report shows: log, checkpoint, configuration,
 * results of probes, encoder. Short by default.
 *
 * @param root Where its folder is made.
 */
export async function makeSampleRun(root: string, options: Partial<SampleOptions> = {}): Promise<SampleRun> {
  const {name, images: count, steps, batchSize, width, temperature, labelCounts} = {...quick, ...options};
  const folder = join(root, name);
  const images = subset(
    await fashionMnist(),
    Int32Array.from({length: count}, (_, i) => i),
  );
  const test = subset(
    await fashionMnist({split: 'test'}),
    Int32Array.from({length: Math.min(2000, count)}, (_, i) => i),
  );
  const augment = augmentation([
    randomResizedCrop({size: 28, area: [0.2, 1], flip: 0.5}),
    colorJitter({brightness: 0.4, contrast: 0.4}),
  ]);
  const [encoder, untrained] = [networkOf(width), networkOf(width)];
  const head = simclrHead(encoder, {outputDim: 32, initializer: 'uniform', seed: 2});
  const method = simclr({encoder, head, loss: ntXent({temperature})});
  const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay: 5e-4});
  const configuration = {
    method: 'simclr',
    data: 'fashion-mnist',
    batchSize,
    steps,
    temperature,
    encoder: {width},
    seed: 1,
  };
  const run = await openRun(folder, {method, optimizer, configuration, tensorBoard: false});
  const views = twoViews(images, {augment, batchSize, seed: 1, steps});
  const learningRate = warmupCosine({base: 0.12, steps, warmupSteps: Math.floor(steps / 10)});
  const records = run.train({views, learningRate, seed: 1, metricsEvery: 1});
  while ((await records.next()).done !== true);
  await run.close();
  for (const own of [optimizer, method, head]) own.dispose();

  writeFileSync(join(folder, 'config.json'), JSON.stringify(configuration));
  await exportEncoder(encoder, join(folder, 'encoder'));
  const rows = [];
  for (const [features, network] of [
    ['raw pixels', null],
    ['untrained', untrained],
    ['trained', encoder],
  ] as const) {
    const preparation = network === untrained ? {preparation: {channels: 1, size: 28, crop: 1} as const} : {};
    const [seen, unseen] = [
      await extractFeatures(network, images, preparation),
      await extractFeatures(network, test, preparation),
    ];
    rows.push(...(await measure(features, seen, unseen, labelCounts)));
  }
  writeFileSync(join(folder, 'probe.json'), JSON.stringify({testImages: test.length, rows}));
  untrained.dispose();
  return {folder, encoder, images, augment};
}

/** A folder for runs, and its end. */
export function makeRoot(): {readonly root: string; readonly remove: () => void} {
  const root = mkdtempSync(join(tmpdir(), 'report-'));
  return {
    root,
    remove: () => {
      rmSync(root, {recursive: true});
    },
  };
}
