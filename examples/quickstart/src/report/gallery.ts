import type {Augment, Images} from '@contrastive/augment';
import {disposeViews, subset, twoViews, type IndexedSource} from '@contrastive/data';
import type {Features} from '@contrastive/linear-probe';
import {nearestCount, queryCount, type Labelled, type Neighbourhood} from './neighbours.js';
import {pairCount, type Pair} from './pairs.js';
import type {Picture} from './picture.js';

/**
 * Where the first image of each class stands, in order of appearance, at most `most` of them: nobody picked the pretty
 * ones.
 */
export function firstOfEachClass(labels: Int32Array, most: number): number[] {
  return [...new Map(Array.from(labels, (label, i) => [label, i] as const).reverse()).values()]
    .sort((a, b) => a - b)
    .slice(0, most);
}

/** The rows of `bank` whose features are the most similar to one row of `queries` by cosine, most similar first. */
export function nearestRows(bank: Features, queries: Features, row: number, most: number): number[] {
  const query = queries.data.subarray(row * queries.columns, (row + 1) * queries.columns);
  const similarity = Float64Array.from({length: bank.rows}, (_, i) => {
    let [product, square] = [0, 0];
    for (let j = 0, at = i * bank.columns; j < bank.columns; j++, at++) {
      product += bank.data[at] * query[j];
      square += bank.data[at] ** 2;
    }
    return product / Math.sqrt(Math.max(square, 1e-12));
  });
  return Array.from(similarity.keys())
    .sort((a, b) => similarity[b] - similarity[a])
    .slice(0, most);
}

/** Copies a batch of images out of the engine. */
async function toPictures(images: Images): Promise<Picture[]> {
  const [count, height, width, channels] = images.shape;
  const values = Uint8Array.from(await images.data(), value => Math.round(255 * value));
  const size = height * width * channels;
  const shape = {height, width, channels: channels === 3 ? 3 : 1} as const;
  return Array.from({length: count}, (_, i) => ({...shape, pixels: values.subarray(i * size, (i + 1) * size)}));
}

async function readPictures(source: IndexedSource, indices: readonly number[]): Promise<Picture[]> {
  const images = await source.read(indices);
  try {
    return await toPictures(images);
  } finally {
    images.dispose();
  }
}

function labelsOf({labels}: IndexedSource): Int32Array {
  if (!labels) throw new TypeError('quickstart: the images have no labels, so there is nothing to measure.');
  return labels;
}

async function labelled(source: IndexedSource, indices: readonly number[]): Promise<Labelled[]> {
  const labels = labelsOf(source);
  const pictures = await readPictures(source, indices);
  return indices.map((index, i) => ({
    picture: pictures[i],
    label: source.classNames?.[labels[index]] ?? String(labels[index]),
  }));
}

/** An image of each class with two views, made as for training. */
export async function createPairs(train: IndexedSource, augment: Augment, seed: number): Promise<Pair[]> {
  const indices = firstOfEachClass(labelsOf(train), pairCount);
  const originals = await readPictures(train, indices);
  const pairs: Pair[] = [];
  for await (const views of twoViews(subset(train, indices), {
    augment,
    batchSize: indices.length,
    seed,
    steps: 1,
    shuffle: false,
  })) {
    const [first, second] = await Promise.all([toPictures(views.first), toPictures(views.second)]);
    disposeViews(views);
    pairs.push(...originals.map((original, i) => ({original, first: first[i], second: second[i]})));
  }
  return pairs;
}

/** A test image of each class with the training images that are nearest to it in feature space. */
export async function createNeighbourhoods(
  sources: {readonly train: IndexedSource; readonly test: IndexedSource},
  features: {readonly train: Features; readonly test: Features},
): Promise<Neighbourhood[]> {
  const indices = firstOfEachClass(labelsOf(sources.test), queryCount);
  const queries = await labelled(sources.test, indices);
  return Promise.all(
    indices.map(async (index, i) => ({
      query: queries[i],
      nearest: await labelled(sources.train, nearestRows(features.train, features.test, index, nearestCount)),
    })),
  );
}
