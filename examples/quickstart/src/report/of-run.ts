import type {Augment} from '@contrastive/augment';
import type {Backend} from '@contrastive/backend';
import type {IndexedSource} from '@contrastive/data';
import type {SplitFeatures} from '../evaluate.js';
import type {Settings} from '../settings.js';
import {labelBudgets, type Scores} from '../summary.js';
import {count, duration, percent} from '../words.js';
import {createNeighbourhoods, createPairs} from './gallery.js';
import type {Report} from './report.js';
import type {CurvePoint} from './training.js';

/** What a run hands over to its picture. */
interface RunResults {
  /** Whether the run took only seconds. */
  readonly smoke: boolean;
  /** Seed of the run. */
  readonly seed: number;
  /** Where it was computed. */
  readonly backend: Pick<Backend, 'name' | 'device' | 'version'>;
  /** Settings of the run. */
  readonly settings: Settings;
  /** Logistic regression, in percent. */
  readonly probe: Scores;
  /** Nearest neighbours, in percent. */
  readonly knn: Scores;
  /** How long training took. */
  readonly trainSeconds: number;
  /** The images that were used. */
  readonly images: {readonly train: IndexedSource; readonly test: IndexedSource};
  /** Made the views. */
  readonly augment: Augment;
  /** One point a step. */
  readonly curve: readonly CurvePoint[];
  /** Features by the trained encoder. */
  readonly features: SplitFeatures;
}

/** The sentence under the title: what was done, and what came of it at the number of labels in the middle. */
function subtitle({smoke, settings, images, trainSeconds, probe}: RunResults): string {
  const done = `Trained without labels on ${count(images.train.length)} images in ${duration(trainSeconds)}.`;
  if (smoke) return `${done} A smoke run: it shows that everything works, and nothing about the method.`;
  const budgets = labelBudgets(probe);
  const budget = budgets[Math.floor((budgets.length - 1) / 2)];
  const epochs = `${settings.epochs} ${settings.epochs === 1 ? 'epoch' : 'epochs'}`;
  const figures = `it classifies ${percent(probe.trained[budget])} of the test images, raw pixels ${percent(probe.raw[budget])}.`;
  return `${done.replace(' in ', `, ${epochs} in `)} With ${count(Number(budget))} labels ${figures}`;
}

/** Gathers what the picture of a run shows. */
export async function reportOf(results: RunResults): Promise<Report> {
  const {seed, backend, settings, images, augment, curve, features, probe, knn} = results;
  return {
    title: 'SimCLR on Fashion-MNIST',
    subtitle: subtitle(results),
    footer: [
      `Seed ${seed}`,
      `${backend.name} ${backend.version} on ${backend.device.toUpperCase()}`,
      `ResNet of ${settings.depths.join('-')} blocks, width ${settings.width}`,
      `batch ${settings.batchSize}`,
      `temperature ${settings.temperature}`,
      'images: Fashion-MNIST by Zalando SE, MIT licence',
    ].join('  ·  '),
    pairs: await createPairs(images.train, augment, seed),
    training: {curve, batchSize: settings.batchSize},
    neighbourhoods: await createNeighbourhoods(images, features),
    probe,
    knn,
  };
}
