import type {Augment} from '@contrastive/augment';
import type {Backend} from '@contrastive/backend';
import type {Source} from '@contrastive/data';
import {count, duration, percent} from '@contrastive/example';
import {
  at,
  colors,
  confusionHeight,
  confusionSection,
  document,
  neighboursHeight,
  neighboursSection,
  page,
  renderPng,
  rule,
  text,
  type Confusion,
  type Neighbourhood,
} from '@contrastive/example-picture';
import type {SplitFeatures} from '../evaluate.js';
import {budgetsOf, type Figures} from '../figures.js';
import type {Settings} from '../settings.js';
import {confusionsOf} from './confusions.js';
import {createNeighbourhoods, createPairs, pairsHeight, pairsSection, type Pair} from './images.js';
import {scoresHeight, scoresSection} from './scores.js';
import {trainingSection, type CurvePoint, type Training} from './training.js';

/** Everything that the picture of a run shows. */
export interface Report {
  /** Heading of the page. */
  readonly title: string;
  /** What was done, in a sentence. */
  readonly subtitle: string;
  /** Small print at the foot: seed, backend, versions. */
  readonly footer: string;
  /** Images with their two views. */
  readonly pairs: readonly Pair[];
  /** Loss and accuracy of every step. */
  readonly training: Training;
  /** Test images with their nearest training images. */
  readonly neighbourhoods: readonly Neighbourhood[];
  /** All that was measured. */
  readonly figures: Figures;
  /** What was taken for what with the most labels: by the encoder's features, and by the network that labels taught. */
  readonly confusions: readonly {readonly title: string; readonly confusion: Confusion}[];
}

const header = 92;
const rowGap = 58;
const footerHeight = 44;

/** Composes the page, in points. */
export async function reportSvg(report: Report): Promise<string> {
  const {width, margin, gutter, left} = page;
  const inner = width - 2 * margin;
  const right = inner - left - gutter;
  const second = header + pairsHeight + rowGap;
  const third = second + Math.max(neighboursHeight, scoresHeight) + rowGap;
  const matrix = right; // as wide as the narrower column, both alike
  const classes = Math.max(...report.confusions.map(({confusion}) => confusion.classNames.length));
  const bottom = third + confusionHeight(classes, matrix) + rowGap - 14;
  const height = margin + bottom + footerHeight + margin / 2;
  const content = at(
    margin,
    margin,
    text(0, 26, report.title, {size: 34, weight: 600}),
    text(0, 58, report.subtitle, {size: 16, fill: colors.muted}),
    at(0, header, await pairsSection(report.pairs)),
    at(left + gutter, header, trainingSection(report.training, right)),
    at(0, second, await neighboursSection(report.neighbourhoods)),
    at(left + gutter, second, scoresSection(report.figures, right)),
    ...report.confusions.map(({title, confusion}, i) =>
      at(i * (left + gutter), third, confusionSection(confusion, {title, width: matrix})),
    ),
    rule(0, bottom, inner),
    text(0, bottom + 26, report.footer, {size: 12, fill: colors.muted}),
  );
  return document(width, height, content);
}

/** The picture of a run, as PNG. */
export async function renderReport(report: Report): Promise<Buffer> {
  return renderPng(await reportSvg(report));
}

/** What a run hands over to its picture. */
interface RunResults extends Figures {
  /** Whether the run took only seconds. */
  readonly smoke: boolean;
  /** Seed of the run. */
  readonly seed: number;
  /** Where it was computed. */
  readonly backend: Pick<Backend, 'name' | 'device' | 'version'>;
  /** Settings of the run. */
  readonly settings: Settings;
  /** How long training took. */
  readonly trainSeconds: number;
  /** The images that were used. */
  readonly images: {readonly train: Source; readonly test: Source};
  /** Made the views. */
  readonly augment: Augment;
  /** One point a step. */
  readonly curve: readonly CurvePoint[];
  /** Features by the trained encoder. */
  readonly features: SplitFeatures;
  /** What test images were taken for with the most labels, by the encoder's features and by the supervised network. */
  readonly predictions: {readonly trained: Int32Array; readonly taught: Int32Array};
}

/** The sentence under the title: what was done, and what came of it at the number of labels in the middle. */
function subtitle({smoke, settings, images, trainSeconds, probe}: RunResults): string {
  const done = `Trained without labels on ${count(images.train.length)} images in ${duration(trainSeconds)}.`;
  if (smoke) return `${done} A quick run: it shows that everything works, and nothing about the method.`;
  const budgets = budgetsOf(probe.trained);
  const budget = budgets[Math.floor((budgets.length - 1) / 2)];
  const epochs = `${settings.epochs} ${settings.epochs === 1 ? 'epoch' : 'epochs'}`;
  const [trained, raw] = [probe.trained, probe.raw].map(scores => percent(scores[budget]));
  const figures = `it classifies ${trained} of the test images, raw pixels ${raw}.`;
  return `${done.replace(' in ', `, ${epochs} in `)} With ${count(Number(budget))} labels ${figures}`;
}

/** Gathers what the picture of a run shows. */
export async function reportOf(results: RunResults): Promise<Report> {
  const {seed, backend, settings, images, augment, curve, features, probe, knn, supervised, testImages} = results;
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
    figures: {probe, knn, supervised, testImages},
    confusions: confusionsOf(results.predictions, images.test, budgetsOf(probe.trained).at(-1) ?? ''),
  };
}
