import {join} from 'node:path';
import {useBackend} from '@contrastive/backend';
import {disposeViews, fashionMnist, prefetch, stepsPerEpoch, subset, twoViews, type IndexedSource} from '@contrastive/data';
import {directory} from '@contrastive/fashion-mnist';
import {ntXent} from '@contrastive/losses';
import {sgd, warmupCosine} from '@contrastive/optim';
import {createSimCLR} from '@contrastive/simclr';
import {train} from '@contrastive/train';
import {exportEncoder} from '@contrastive/weights';
import * as tf from '@tensorflow/tfjs-core';
import {evaluate} from './evaluate.js';
import {createAugment, createEncoder, createHead} from './networks.js';
import type {Options} from './options.js';
import {createReporter, type Output} from './progress.js';
import {reportOf} from './report/of-run.js';
import {renderReport} from './report/report.js';
import {createRunFolder} from './run-folder.js';
import {quickstart, smoke, type Settings} from './settings.js';
import {encoders, meaning, versionsOf, type Summary} from './summary.js';
import {resultsTable} from './table.js';
import {count, duration} from './words.js';

/** What tests change about a run. */
export interface RunOptions extends Options {
  /** In place of those of the quickstart or of the smoke run. */
  readonly settings?: Settings;
  /** Where results go; `runs/quickstart` or `runs/quickstart-smoke` by default. */
  readonly folder?: string;
  /** Where the text goes; the terminal by default. */
  readonly output?: Output;
  /** Seconds that were spent before this program began. */
  readonly setupSeconds?: number;
}

/** Where a run writes, relative to where the command runs. */
export function folderOf({smoke}: Pick<Options, 'smoke'>): string {
  return smoke ? 'runs/quickstart-smoke' : 'runs/quickstart';
}

/** The first `length` images of a source. */
function firstImages(source: IndexedSource, length: number): IndexedSource {
  return subset(source, Array.from({length: Math.min(length, source.length)}, (_, i) => i));
}

/** Trains an encoder without labels, measures it, and writes what a reader wants to see: the whole of SimCLR, from top to bottom. */
export async function run(options: RunOptions): Promise<Summary> {
  const {seed, output = process.stdout, setupSeconds = 0} = options;
  const given = options.settings ?? (options.smoke ? smoke : quickstart);
  const settings: Settings = {...given, epochs: options.epochs ?? given.epochs};
  const {batchSize, epochs} = settings;
  const say = (line = '') => output.write(`${line}\n`);
  const began = performance.now();
  const secondsSince = (moment: number) => (performance.now() - moment) / 1000;

  // Where to compute, and on which images.
  const backend = await useBackend(options.backend);
  if (!backend.canTrain) throw new Error(`quickstart: the backend ${backend.name} cannot train. Use --backend tensorflow or --backend wasm.`);
  const images = {
    train: firstImages(await fashionMnist({directory, split: 'train'}), settings.trainImages),
    test: firstImages(await fashionMnist({directory, split: 'test'}), settings.testImages),
  };

  // The network that is to learn, the head that only the loss sees, and what the loss asks of them: find the other view among all images.
  const owned: {dispose(): unknown}[] = [];
  const own = <T extends {dispose(): unknown}>(thing: T): T => (owned.push(thing), thing);
  try {
    const encoder = own(createEncoder(images.train, settings, seed));
    const head = own(createHead(encoder, settings, seed));
    const method = own(createSimCLR({encoder, head, loss: ntXent({temperature: settings.temperature})}));

    // Two random views of every image, in a new order each epoch.
    const augment = createAugment(images.train, settings);
    const perEpoch = stepsPerEpoch(images.train.length, batchSize);
    const steps = epochs * perEpoch;
    const views = prefetch(twoViews(images.train, {augment, batchSize, seed, steps}), 1, disposeViews);

    const optimizer = own(sgd(method.parameters, {momentum: 0.9, weightDecay: settings.weightDecay}));
    const learningRate = warmupCosine({base: settings.learningRate, steps, warmupSteps: Math.floor(settings.warmup * steps)});

    const folder = createRunFolder(options.folder ?? folderOf(options));
    const setup = setupSeconds + secondsSince(began);
    say(`SimCLR on Fashion-MNIST with ${backend.name} ${backend.version} (${backend.device.toUpperCase()}), seed ${seed}`);
    const weights = encoder.trainableWeights.reduce((sum, {shape}) => sum + tf.util.sizeFromShape(shape as number[]), 0);
    say(`Training an encoder of ${count(weights)} weights on ${count(images.train.length)} images, without their labels`);

    // Training: one record a step.
    const trainingBegan = performance.now();
    const reporter = createReporter(output);
    const curve: {epoch: number; loss: number; contrastiveAccuracy: number}[] = [];
    let stepBegan = trainingBegan;
    try {
      for await (const {step, loss, learningRate: rate, metrics} of train({method, views, optimizer, learningRate, steps, seed, metricsEvery: 1})) {
        const secondsElapsed = secondsSince(trainingBegan);
        const imagesPerSecond = batchSize / secondsSince(stepBegan);
        stepBegan = performance.now();
        folder.record({step, epoch: Math.floor(step / perEpoch), loss, learningRate: rate, ...metrics, secondsElapsed, imagesPerSecond});
        curve.push({epoch: (step + 1) / perEpoch, loss, contrastiveAccuracy: metrics?.contrastiveAccuracy ?? NaN});
        reporter.report({step: step + 1, steps, stepsPerEpoch: perEpoch, loss, learningRate: rate, batchSize, imagesPerSecond: ((step + 1) * batchSize) / secondsElapsed});
      }
    } finally {
      reporter.end();
    }
    const trainSeconds = secondsSince(trainingBegan);

    // Only the encoder is kept. Was it worth it? Compare with no network, and with the same network before training.
    const evaluationBegan = performance.now();
    await exportEncoder(encoder, join(folder.path, 'encoder'));
    say('Measuring on test images');
    const untrained = own(createEncoder(images.train, settings, seed));
    const {probe, knn, features} = await evaluate({encoders: {raw: null, untrained, trained: encoder}, ...images}, settings, seed, (name, seconds) => {
      say(`  ${encoders[name].padEnd(12)} ${duration(seconds)}`);
    });

    const figures = {smoke: options.smoke, seed, backend, settings, probe, knn, trainSeconds};
    const picture = await renderReport(await reportOf({...figures, images, augment, curve, features}));
    folder.write('report.png', picture);
    const evaluateSeconds = secondsSince(evaluationBegan);
    const summary: Summary = {
      smoke: options.smoke,
      seed,
      backend: backend.name,
      device: backend.device,
      versions: versionsOf(backend),
      settings,
      seconds: {setup, train: trainSeconds, evaluate: evaluateSeconds, total: setup + trainSeconds + evaluateSeconds},
      probe,
      knn,
    };
    folder.write('summary.json', `${JSON.stringify(summary, null, 2)}\n`);

    say(`\nTest images classified right, by how many labels the classifier was given\n`);
    say(resultsTable(probe, knn, output.isTTY));
    say(`\n${meaning(summary)}\n`);
    say(`Written: ${folder.present().join(', ')}`);
    say(`Time: set-up ${duration(setup)}, training ${duration(trainSeconds)}, measuring ${duration(evaluateSeconds)}`);
    return summary;
  } finally {
    for (const thing of owned.reverse()) thing.dispose();
  }
}
