import {extractFeatures, knn, probe, type Features} from '@contrastive/linear-probe';
import * as tf from '@tensorflow/tfjs-core';
import {valueName} from './figures.js';
import type {Claim, Measure, SetName} from './experiment.js';
import type {Parts, Pictures} from './pictures.js';
import type {Network} from './train-one.js';

/*
 * Keys of cells do not have what stands here: whoever changes neighbours, penalties or how features are judged raises
 * EDITION in cells.ts, so that older figures are not taken for the new ones.
 */

/** Neighbours that vote: few enough for the smallest classes. */
const k = 20;
/** Penalties of logistic regression, of which a held-out fifth of the labels chooses. */
const l2Grid = [1e-1, 1e-2, 1e-3];

/** What is measured: features, and how their classes are told. */
interface Judged {
  readonly known: Features;
  readonly unseen: Features;
  readonly metric: Parts['metric'];
}

/** What the head makes of features, in inference. */
async function behind({head}: Network, features: Features): Promise<Features> {
  if (head === undefined) throw new Error('lecture: expected a head behind the encoder, got none; measure h alone.');
  const {data, rows, columns, labels} = features;
  const output = tf.tidy(() => head.apply(tf.tensor2d(data, [rows, columns]), {training: false}) as tf.Tensor2D);
  try {
    return {data: Float32Array.from(await output.data()), rows, columns: output.shape[1], ...(labels && {labels})};
  } finally {
    output.dispose();
  }
}

/** The largest logit of each row. */
function largest({data, rows, columns}: Features): Int32Array {
  return Int32Array.from({length: rows}, (_, row) => {
    const logits = data.subarray(row * columns, (row + 1) * columns);
    return logits.indexOf(Math.max(...logits));
  });
}

async function predictions({how, labels}: Measure, trained: Network, {known, unseen}: Judged, seed: number) {
  if (how === 'classifier') return largest(await behind(trained, unseen));
  if (how === 'kNN') return (await knn(known, unseen, {k})).predictions;
  const labelCounts = [Math.min(labels ?? known.rows, known.rows)];
  const [result] = await probe(known, unseen, {labelCounts, l2Grid, seed});
  return result.predictions;
}

/** Percent with two digits, as exact as 10,000 test images are. */
const percentOf = (fraction: number): number => Math.round(10_000 * fraction) / 100;

/** Whether all numbers are: classifiers learn from no others. */
const areFinite = ({known, unseen}: Judged): boolean =>
  [known, unseen].every(({data}) => data.every(value => Number.isFinite(value)));

/**
 * What a trained network is worth by each measure, in percent of the test images, or of those of validation. Features
 * are looked at once for all measures.
 *
 * @returns Values by the names of measures; undefined where features are not finite.
 */
export async function measure(
  trained: Network,
  measures: readonly Measure[],
  {
    claim,
    own,
    size,
    pictures,
    seed,
  }: {
    readonly claim: Pick<Claim, 'judgedBy'>;
    /** The set that it was trained on. */
    readonly own: SetName;
    /** The pixels that it sees, each way. */
    readonly size: number;
    readonly pictures: Pictures;
    readonly seed: number;
  },
): Promise<Readonly<Record<string, number>> | undefined> {
  const found = new Map<string, Promise<Judged>>();
  const look = async (set: SetName): Promise<Judged> => {
    const {train, test, validation, metric} = await pictures.open(set, size);
    const known = await extractFeatures(trained.encoder, train);
    const unseen = await extractFeatures(trained.encoder, claim.judgedBy === 'validation' ? validation : test);
    return {known, unseen, metric};
  };
  const project = async (judged: Promise<Judged>): Promise<Judged> => {
    const {known, unseen, metric} = await judged;
    return {known: await behind(trained, known), unseen: await behind(trained, unseen), metric};
  };
  const shared = (name: string, find: () => Promise<Judged>): Promise<Judged> => {
    const known = found.get(name) ?? find();
    found.set(name, known);
    return known;
  };
  const values: Record<string, number> = {};
  for (const one of measures) {
    const {on = own, behindHead = false} = one;
    const features = shared(on, () => look(on));
    const judged = await (behindHead ? shared(`${on} behind`, () => project(features)) : features);
    if (!areFinite(judged)) return undefined;
    const {labels = new Int32Array()} = judged.unseen;
    values[valueName(claim, one)] = percentOf(judged.metric(await predictions(one, trained, judged, seed), labels));
  }
  return values;
}
