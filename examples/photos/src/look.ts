import {writeFile} from 'node:fs/promises';
import {evalAugment, type Pixels, type Preparation} from '@contrastive/augment';
import {readImages, split, type Source, type StreamSource} from '@contrastive/data';
import {count, percent} from '@contrastive/example';
import {
  at,
  document,
  neighboursHeight,
  neighboursSection,
  page,
  renderPng,
  rowSizes,
  text,
  type Labelled,
} from '@contrastive/example-picture';
import {recordedPreparation} from '@contrastive/layers';
import {extractFeatures, knn, nearest, selectRows, type Features} from '@contrastive/linear-probe';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {sampleOf} from './sample.js';

/** What is compared: raw pixels (`null`) and encoders, by what a reader calls them. */
type Encoders = Readonly<Record<string, LayersModel | null>>;

/** How the comparison is made. */
interface LookOptions {
  /** Neighbours that vote, at most; no more than the smallest class has images. */
  readonly neighbours: number;
  /** Pixels of an encoder's images, each way. */
  readonly size: number;
  readonly seed: number;
  /** The picture's file. */
  readonly file: string;
}

/** Features of images to compare with, and of a fifth that are compared, with the index of each row's image. */
interface Looked {
  readonly bank: Features & {readonly indices: Int32Array};
  readonly queries: Features & {readonly indices: Int32Array};
}

/** How many images the smallest class has; undefined without classes, or with one. */
function smallestClass({labels}: Features): number | undefined {
  const counts = new Map<number, number>();
  for (const label of labels ?? []) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts.size > 1 ? Math.min(...counts.values()) : undefined;
}

/** Images as they are shown in the picture, with the names of their classes. */
async function labelled(source: Source, indices: Int32Array): Promise<Labelled[]> {
  const {bytes, shape, positions} = await readImages(source, indices, evalAugment({size: 112}));
  const [, height, width, channels] = shape;
  const length = height * width * channels;
  return Array.from(positions, (position, i) => {
    const picture: Pixels = {
      data: bytes.subarray(i * length, (i + 1) * length),
      height,
      width,
      channels: source.channels,
    };
    const label = source.labels?.[indices[position]];
    return {picture, ...(label !== undefined && {label: source.classNames?.[label] ?? String(label)})};
  });
}

/** A page of rows: an image, and those that are nearest to it. */
async function draw(title: string, parts: readonly Source[], {bank, queries}: Looked): Promise<Buffer> {
  const step = Math.max(1, Math.floor(queries.rows / rowSizes.count));
  const chosen = Array.from({length: Math.min(rowSizes.count, queries.rows)}, (_, i) => i * step);
  const {rows, count: found} = await nearest(bank, selectRows(queries, chosen), rowSizes.nearest);
  const images = await labelled(
    parts[1],
    Int32Array.from(chosen, row => queries.indices[row]),
  );
  const near = await labelled(
    parts[0],
    rows.map(row => bank.indices[row]),
  );
  const rowsOf = images.map((query, i) => ({query, nearest: near.slice(i * found, (i + 1) * found)}));
  const named = images[0].label !== undefined;
  const marks = named ? ' Green: same class. Red: another.' : '';
  const section = await neighboursSection(rowsOf, title, `An image, then those of the others nearest to it.${marks}`);
  const [width, foot] = [page.left + 2 * page.margin, 24];
  const about = `${count(queries.rows)} images were compared with ${count(bank.rows)} others; these are some of them.`;
  const below = text(0, neighboursHeight + foot, about, {size: 12});
  return renderPng(
    document(width, neighboursHeight + foot + 2 * page.margin, at(page.margin, page.margin, section, below)),
    true,
  );
}

/**
 * What was learned? A fifth of the images look for the nearest of the others, by raw pixels and by each encoder. Where
 * there are classes, it is counted how often these tell the right one; the last encoder's neighbours become a picture.
 */
async function compare(images: Source, encoders: Encoders, {neighbours, size, seed, file}: LookOptions): Promise<void> {
  const parts = split(images, 0.8, {seed});
  let last: Looked | undefined;
  // A network that was not trained gets the images of the one that was.
  const recorded = Object.values(encoders).flatMap(encoder => (encoder && recordedPreparation(encoder)) ?? []);
  const prepared = {preparation: recorded[0] as Preparation | undefined};
  for (const [name, encoder] of Object.entries(encoders)) {
    const preparation = encoder ? prepared : {preparation: {channels: images.channels, size}};
    const [bank, queries] = [
      await extractFeatures(encoder, parts[0], preparation),
      await extractFeatures(encoder, parts[1], preparation),
    ];
    const smallest = smallestClass(bank);
    if (smallest !== undefined) {
      const k = Math.min(neighbours, smallest);
      if (last === undefined)
        console.log(
          `Share of ${count(queries.rows)} images whose class their ${k} nearest of ${count(bank.rows)} tell:`,
        );
      const {accuracy} = await knn(bank, queries, {k});
      console.log(`  ${name.padEnd(12)} ${percent(100 * accuracy).padStart(8)}`);
    }
    last = {bank, queries};
  }
  if (last === undefined) return;
  await writeFile(file, await draw('Nearest neighbours by the trained encoder', parts, last));
  console.log(`Nearest neighbours as a picture: ${file}`);
}

/** The end of a run: what could not be used is listed, and what was learned looked at, where images are enough. */
export async function look(
  photos: Source | StreamSource,
  encoders: Encoders,
  options: LookOptions & {readonly checked: number},
): Promise<void> {
  try {
    const sample = await sampleOf(photos, {...options, most: options.checked});
    if (sample) await compare(sample, encoders, options);
    else console.log('Too few images to compare some with others.');
  } finally {
    for (const {path, reason} of photos.bad) console.log(`Left out: ${path}: ${reason}`);
    await photos.close();
  }
}
