import type {Augment} from '@contrastive/augment';
import {disposeViews, subset, twoViews, type Source} from '@contrastive/data';
import {extractFeatures, nearest, type Neighbours} from '@contrastive/linear-probe';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Look, Near, Pair, Picture} from '../messages.js';
import {picturesOf, readPictures} from './pictures.js';

/** Images whose views and neighbours are shown. */
const SHOWN = 6;

/** Neighbours of each. */
const NEAR = 5;

/** Images among which neighbours are looked for, at most: a look takes as long as a few steps. */
const AMONG = 500;

/** Up to so many numbers below `length`, evenly spread. */
export const spread = (length: number, most: number): Int32Array => {
  const count = Math.min(length, most);
  return Int32Array.from({length: count}, (_, i) => Math.floor((i * length) / count));
};

/** What is nearest to each image of a bank, itself left out. */
type Found = readonly (readonly {readonly row: number; readonly similarity: number}[])[];

/** The nearest of each row of what `nearest` found in the bank of these rows themselves. */
function withoutSelf({rows, similarities, count}: Neighbours): Found {
  return Array.from({length: rows.length / count}, (_, query) =>
    Array.from({length: count}, (_, i) => query * count + i)
      .filter(at => rows[at] !== query)
      .slice(0, NEAR)
      .map(at => ({row: rows[at], similarity: similarities[at]})),
  );
}

/** Two views of each image, as a training makes them. */
async function viewsOf(images: Source, augment: Augment, seed: number): Promise<[first: Picture[], second: Picture[]]> {
  const batches = twoViews(images, {augment, batchSize: images.length, shuffle: false, seed, steps: 1});
  const pictures: Picture[][] = [];
  for await (const batch of batches) {
    try {
      const both = await Promise.all([batch.first, batch.second].map(view => view.data<'float32'>()));
      const bytes = both.map(values => Uint8Array.from(values, value => Math.round(255 * value)));
      pictures.push(...bytes.map(one => picturesOf(one, batch.first.shape)));
    } finally {
      disposeViews(batch);
    }
  }
  return [pictures[0], pictures[1]];
}

/**
 * Looks at a training, now and after so many steps: views as it sees them, and neighbours by its encoder beside those
 * by the encoder as it is at this call, untrained.
 *
 * @param encoder Borrowed.
 * @returns What looks, between two steps.
 */
export async function createLook(
  images: Source,
  {encoder, augment}: {readonly encoder: LayersModel; readonly augment: Augment},
  seed: number,
): Promise<(step: number) => Promise<Look>> {
  const bank = spread(images.length, AMONG); // images
  const shown = spread(bank.length, SHOWN); // rows of the bank
  const originals = subset(
    images,
    Int32Array.from(shown, row => bank[row]),
  );
  const {labels: all} = images;
  const labels = all && Int32Array.from(bank, index => all[index]);

  const find = async (): Promise<Found> => {
    const features = await extractFeatures(encoder, images, {indices: bank, batchSize: 64});
    return withoutSelf(await nearest(features, features, NEAR + 1));
  };
  const share = (found: Found): number => {
    const same = found.flatMap((near, query) => near.map(({row}) => labels?.[row] === labels?.[query]));
    return same.filter(Boolean).length / same.length;
  };

  const untrained = await find();
  return async step => {
    const trained = await find();
    const found = Array.from(shown).flatMap(row => [...untrained[row], ...trained[row]].map(near => near.row));
    const rows = [...new Set([...shown, ...found])];
    const drawn = await readPictures(
      images,
      Int32Array.from(rows, row => bank[row]),
    );
    const pictures = new Map(rows.map((row, i) => [row, drawn[i]]));
    const pictureOf = (row: number): Picture => pictures.get(row) ?? drawn[0];
    const nearOf = (found: Found, query: number): Near[] =>
      found[query].map(({row, similarity}) => ({
        name: images.nameOf(bank[row]),
        picture: pictureOf(row),
        similarity,
        ...(labels && {other: labels[row] !== labels[query]}),
      }));
    const [first, second] = await viewsOf(originals, augment, seed + step);
    return {
      step,
      pairs: Array.from(shown, (row, i): Pair => ({image: pictureOf(row), first: first[i], second: second[i]})),
      neighbours: Array.from(shown, row => ({
        name: images.nameOf(bank[row]),
        picture: pictureOf(row),
        untrained: nearOf(untrained, row),
        trained: nearOf(trained, row),
      })),
      among: bank.length,
      ...(labels && {sameClass: {untrained: share(untrained), trained: share(trained)}}),
    };
  };
}
