import type {Augment, Images as Batch, Pixels} from '@contrastive/augment';
import {disposeViews, readImages, subset, twoViews, type Source} from '@contrastive/data';
import {nearest, selectRows} from '@contrastive/linear-probe';
import type {SplitFeatures} from '../evaluate.js';
import {at, colors, heading, image, page, sectionTop, text} from './svg.js';

/** An image and the two random views that the loss pulls together. */
export interface Pair {
  /** The image as the data set has it. */
  readonly original: Pixels;
  /** The first view. */
  readonly first: Pixels;
  /** The second view. */
  readonly second: Pixels;
}

/** An image with the name of its class. */
interface Labelled {
  /** The image. */
  readonly picture: Pixels;
  /** Name of its class. */
  readonly label: string;
}

/** A test image and the training images nearest to it. */
export interface Neighbourhood {
  /** The test image. */
  readonly query: Labelled;
  /** Training images, nearest first. */
  readonly nearest: readonly Labelled[];
}

// Of pairs: how many fit beside each other, and points.
const pairSizes = {count: 7, tile: 70, labelWidth: 64, step: 78};
// Of neighbours: how many test images with how many neighbours, and points.
const rowSizes = {count: 8, nearest: 6, tile: 56, labelWidth: 96, step: 68};

/** Height of the section of pairs. */
export const pairsHeight = sectionTop + 2 * pairSizes.step + pairSizes.tile + 6;

/** Height of the section of neighbours. */
export const neighboursHeight = sectionTop + (rowSizes.count - 1) * rowSizes.step + rowSizes.tile;

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

/** Outline of a tile; a wrong one also has a cross in its corner, so that colour is not the only sign. */
function mark(x: number, y: number, right: boolean): string {
  const color = right ? colors.right : colors.wrong;
  const [line, edge] = [2.5, rowSizes.tile + 2.5];
  const place = `x="${x - line / 2}" y="${y - line / 2}" width="${edge}" height="${edge}"`;
  const outline = `<rect ${place} rx="${line}" fill="none" stroke="${color}" stroke-width="${line}"/>`;
  if (right) return outline;
  const [cx, cy, arm] = [x + rowSizes.tile, y, 3];
  return (
    outline +
    `<circle cx="${cx}" cy="${cy}" r="7.5" fill="${color}" stroke="${colors.paper}" stroke-width="1.5"/>` +
    `<path transform="translate(${cx},${cy})" d="M-${arm},-${arm}L${arm},${arm}M-${arm},${arm}L${arm},-${arm}" ` +
    'stroke="#fff" stroke-width="1.75" stroke-linecap="round"/>'
  );
}

async function row({query, nearest}: Neighbourhood, y: number): Promise<string[]> {
  const {tile, labelWidth} = rowSizes;
  const first = labelWidth + tile + 36;
  const neighbours = await Promise.all(
    nearest.slice(0, rowSizes.nearest).map(async ({picture, label}, i) => {
      const x = first + i * (tile + 15);
      return (await image(picture, x, y, tile)) + mark(x, y, label === query.label);
    }),
  );
  return [
    text(0, y + tile / 2 + 4.5, query.label, {weight: 500}),
    await image(query.picture, labelWidth, y, tile),
    ...neighbours,
  ];
}

/**
 * A row for each test image: the query, then its neighbours, framed green where the class is the same and red where it
 * is not.
 */
export async function neighboursSection(neighbourhoods: readonly Neighbourhood[]): Promise<string> {
  const rows = await Promise.all(
    neighbourhoods.slice(0, rowSizes.count).map((neighbourhood, i) => row(neighbourhood, i * rowSizes.step)),
  );
  const note = 'A test image, then the training images nearest to it. Green: same class. Red: another.';
  return heading('Nearest neighbours in feature space', note) + at(0, sectionTop, ...rows.flat());
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
