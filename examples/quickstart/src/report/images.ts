import type {Augment, Images as Batch, Pixels} from '@contrastive/augment';
import {disposeViews, readImages, subset, twoViews, type Source} from '@contrastive/data';
import {nearest, selectRows} from '@contrastive/linear-probe';
import type {SplitFeatures} from '../evaluate.js';
import {
  at,
  colors,
  heading,
  image,
  page,
  rowSizes,
  sectionTop,
  text,
  type Labelled,
  type Neighbourhood,
} from '@contrastive/example-picture';

/** An image and the two random views that the loss pulls together. */
export interface Pair {
  /** The image as the data set has it. */
  readonly original: Pixels;
  /** The first view. */
  readonly first: Pixels;
  /** The second view. */
  readonly second: Pixels;
}

// Of pairs: how many fit beside each other, and points.
const pairSizes = {count: 7, tile: 70, labelWidth: 64, step: 78};

/** Height of the section of pairs. */
export const pairsHeight = sectionTop + 2 * pairSizes.step + pairSizes.tile + 6;

/** A column for each pair: the original on top, its two views below. */
export async function pairsSection(pairs: readonly Pair[]): Promise<string> {
  const {count, tile, labelWidth, step} = pairSizes;
  const rows = ['original', 'first', 'second'] as const;
  // The views stand a little apart from the image that they come from.
  const tops = rows.map((_, row) => row * step + (row === 0 ? 0 : 6));
  const labels = ['Image', 'View 1', 'View 2'].map((label, row) =>
    text(0, tops[row] + tile / 2 + 4, label, {fill: colors.muted}),
  );
  const tiles = await Promise.all(
    pairs.slice(0, count).flatMap((pair, column) => {
      const x = Math.round(labelWidth + (column * (page.left - labelWidth - tile)) / (count - 1));
      return rows.map((name, row) => image(pair[name], x, tops[row], tile));
    }),
  );
  const note = 'The encoder learns to put both views of an image close together, other images far away.';
  return heading('Two views of one image', note) + at(0, sectionTop, ...labels, ...tiles);
}

/**
 * Where the first image of each class stands, in order of appearance, at most `most` of them: nobody picked the pretty
 * ones.
 */
export function firstOfEachClass(labels: Int32Array, most: number): number[] {
  return [...new Map(Array.from(labels, (label, i) => [label, i] as const).reverse()).values()]
    .sort((a, b) => a - b)
    .slice(0, most);
}

type Shape = readonly [count: number, height: number, width: number, channels: number];

/** The images of a batch of bytes. */
function toPictures(bytes: Uint8Array, [count, height, width, channels]: Shape): Pixels[] {
  const size = height * width * channels;
  const shape = {height, width, channels: channels === 3 ? 3 : 1} as const;
  return Array.from({length: count}, (_, i) => ({...shape, data: bytes.subarray(i * size, (i + 1) * size)}));
}

const toBytes = async (views: Batch): Promise<Uint8Array> =>
  Uint8Array.from(await views.data(), value => Math.round(255 * value));

async function readPictures(source: Source, indices: readonly number[]): Promise<Pixels[]> {
  const {bytes, shape} = await readImages(source, indices);
  return toPictures(bytes, shape);
}

function labelsOf({labels}: Source): Int32Array {
  if (!labels) throw new TypeError('quickstart: the images have no labels, so there is nothing to measure.');
  return labels;
}

async function labelled(source: Source, indices: readonly number[]): Promise<Labelled[]> {
  const labels = labelsOf(source);
  const pictures = await readPictures(source, indices);
  return indices.map((index, i) => ({
    picture: pictures[i],
    label: source.classNames?.[labels[index]] ?? String(labels[index]),
  }));
}

/** An image of each class with two views, made as for training. */
export async function createPairs(train: Source, augment: Augment, seed: number): Promise<Pair[]> {
  const indices = firstOfEachClass(labelsOf(train), pairSizes.count);
  const originals = await readPictures(train, indices);
  const pairs: Pair[] = [];
  const batch = {augment, batchSize: indices.length, seed, steps: 1, shuffle: false};
  for await (const views of twoViews(subset(train, indices), batch)) {
    const [first, second] = [
      toPictures(await toBytes(views.first), views.first.shape),
      toPictures(await toBytes(views.second), views.second.shape),
    ];
    disposeViews(views);
    pairs.push(...originals.map((original, i) => ({original, first: first[i], second: second[i]})));
  }
  return pairs;
}

/** A test image of each class with the training images that are nearest to it in feature space. */
export async function createNeighbourhoods(
  {train, test}: {readonly train: Source; readonly test: Source},
  features: SplitFeatures,
): Promise<Neighbourhood[]> {
  const indices = firstOfEachClass(labelsOf(test), rowSizes.count);
  const queries = await labelled(test, indices);
  const {rows, count} = await nearest(features.train, selectRows(features.test, indices), rowSizes.nearest);
  return Promise.all(
    queries.map(async (query, i) => ({
      query,
      nearest: await labelled(train, [...rows.subarray(i * count, (i + 1) * count)]),
    })),
  );
}
