import {twoViews, stepsPerEpoch, type IndexedSource} from '@contrastive/data';
import type {Augment} from '@contrastive/augment';
import {ntXent} from '@contrastive/losses';
import {sgd, warmupCosine} from '@contrastive/optim';
import {createSimCLR} from '@contrastive/simclr';
import {train} from '@contrastive/train';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {createHead} from './networks.js';
import {createReporter, type Output} from './progress.js';
import type {CurvePoint} from './report/training.js';
import type {RunFolder} from './run-folder.js';
import type {Settings} from './settings.js';

/** What training needs besides its settings. */
interface Pretraining {
  /** Trained in place. */
  readonly encoder: LayersModel;
  /** Images to learn from; their labels are not looked at. */
  readonly images: IndexedSource;
  /** Makes the two views. */
  readonly augment: Augment;
  /** Decides weights, order and views. */
  readonly seed: number;
  /** Gets a record of every step. */
  readonly folder: RunFolder;
  /** Gets the progress line. */
  readonly output: Output;
}

/**
 * Trains an encoder by SimCLR: its features must tell which two random views come from one image. Returns loss and
 * accuracy of every step.
 */
export async function pretrain(
  {encoder, images, augment, seed, folder, output}: Pretraining,
  settings: Settings,
): Promise<CurvePoint[]> {
  const {batchSize, epochs, temperature, weightDecay} = settings;
  const perEpoch = stepsPerEpoch(images.length, batchSize);
  const steps = epochs * perEpoch;

  // The loss asks of each view: which of all others comes from the same image? It sees the encoder through a head that
  // is thrown away afterwards.
  const head = createHead(encoder, settings, seed);
  const method = createSimCLR({encoder, head, loss: ntXent({temperature})});
  const views = twoViews(images, {augment, batchSize, seed, steps});
  const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay});
  const learningRate = warmupCosine({
    base: settings.learningRate,
    steps,
    warmupSteps: Math.floor(settings.warmup * steps),
  });

  const curve: CurvePoint[] = [];
  const reporter = createReporter(output);
  const began = performance.now();
  let last = began;
  try {
    for await (const {step, loss, learningRate: rate, metrics} of train({
      method,
      views,
      optimizer,
      learningRate,
      steps,
      seed,
      metricsEvery: 1,
    })) {
      const now = performance.now();
      const secondsElapsed = (now - began) / 1000;
      const imagesPerSecond = (1000 * batchSize) / (now - last);
      last = now;
      folder.record({
        step,
        epoch: Math.floor(step / perEpoch),
        loss,
        learningRate: rate,
        ...metrics,
        secondsElapsed,
        imagesPerSecond,
      });
      curve.push({epoch: (step + 1) / perEpoch, loss, contrastiveAccuracy: metrics?.contrastiveAccuracy ?? NaN});
      reporter.report({
        step: step + 1,
        steps,
        stepsPerEpoch: perEpoch,
        loss,
        learningRate: rate,
        batchSize,
        secondsElapsed,
      });
    }
  } finally {
    reporter.end();
    optimizer.dispose();
    method.dispose();
    head.dispose();
  }
  return curve;
}
