import {createRandom, type Augment} from '@contrastive/augment';
import type {Source} from '@contrastive/data';
import {extractFeatures} from '@contrastive/linear-probe';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Gallery, ImagesData} from '../data.js';
import {layOut} from './layout.js';
import {leaveOneOut, nearestOthers} from './neighbours.js';
import {sharedFolder, within} from './names.js';
import {makePairs} from './pairs.js';
import {measureInvariance} from './invariance.js';
import {makeSheets} from './sheets.js';
import {withThumbnails, type Watched} from './thumbnails.js';

/** Neighbours that are found of each image: that vote, and of which UMAP takes the first. */
const FOUND = 20;

/** Neighbours of each image that the page shows. */
const SHOWN = 8;

/** Bad images that are listed; the rest are counted. */
const MOST_BAD = 200;

/** Keeps these draws apart from others of the same seed. */
const stream = 0x5a3;

/** What is looked at. */
export interface LookedAt {
  /** Gives features. */
  readonly encoder: LayersModel;
  /** Images that it takes. */
  readonly images: Source;
  /** Made the views of the training. */
  readonly augment?: Augment;
}

/** How it is looked at. */
export interface Looking {
  /** Draws samples, positions and views. */
  readonly seed: number;
  /** Images on a map. */
  readonly mostImages: number;
  /** Bytes that the thumbnails of one gallery may take. */
  readonly mostBytes: number;
  /** Called as work goes on: what is done, how much of it, and how much there is. */
  readonly onProgress: (what: string, done: number, total: number) => void;
}

/** The images that are looked at: all, or a sample, in their order. */
function sampled({length}: Source, most: number, seed: number): Int32Array {
  if (length <= most) return Int32Array.from({length}, (_, i) => i);
  return createRandom(seed, stream).permutation(length).slice(0, most).sort();
}

/** Thumbnails with names and classes. */
async function galleryOf(
  {channels, labels, classNames}: Source,
  {tile, of}: Watched,
  indices: Int32Array,
  names: readonly string[],
  mostBytes: number,
): Promise<Gallery> {
  return {
    names,
    ...(await makeSheets({bytes: of(indices), tile, channels}, mostBytes)),
    ...(labels && {labels: Array.from(indices, index => labels[index])}),
    ...(classNames && {classNames: [...classNames]}),
  };
}

/**
 * What an encoder makes of images: where they lie on a map, their neighbours, what it ignores, what could not be used.
 *
 * @param gallery The number of the gallery that these images have or get.
 * @param known Whether there is one already, of an earlier run over the same source.
 * @throws `RangeError` where there are no images; what `extractFeatures` throws for an encoder that they do not fit.
 */
export async function collectImages(
  {encoder, images, augment}: LookedAt,
  {seed, mostImages, mostBytes, onProgress}: Looking,
  gallery: number,
  known: boolean,
): Promise<{readonly data: ImagesData; readonly gallery?: Gallery}> {
  if (images.length === 0)
    throw new RangeError('collectReport: expected at least one image as images, got none; give the images of the run.');
  const asked = sampled(images, mostImages, seed);
  const watched = known ? undefined : withThumbnails(images);
  const features = await extractFeatures(encoder, watched?.source ?? images, {
    indices: asked,
    onProgress: (done, total) => {
      onProgress('features', done, total);
    },
  });
  const {indices, labels} = features;
  const usable = Array.from(indices);
  const nearest = await nearestOthers(features, FOUND, (done, total) => {
    onProgress('neighbours', done, total);
  });
  const layout = await layOut(features, nearest, seed, (done, total) => {
    onProgress('map', done, total);
  });
  const neighbourCount = Math.min(SHOWN, nearest.count);
  const shown = (all: Int32Array | Float32Array): number[] =>
    usable.flatMap((_, row) => Array.from(all.subarray(row * nearest.count, row * nearest.count + neighbourCount)));
  const invariance = usable.length > 1 ? await measureInvariance(encoder, images, usable, seed) : undefined;
  onProgress('views', 1, 1);
  const paths = usable.map(index => images.nameOf(index));
  const folder = sharedFolder(paths);
  const names = paths.map(path => within(folder, path));
  const made = watched && (await galleryOf(images, watched, indices, names, mostBytes));
  const pairs = augment && (await makePairs(images, augment, usable, seed));
  onProgress('thumbnails', 1, 1);
  const data: ImagesData = {
    total: images.length,
    tried: asked.length,
    featureCount: features.columns,
    map: {
      gallery,
      ...layout,
      neighbourCount,
      neighbours: shown(nearest.rows),
      similarities: shown(nearest.similarities).map(value => Number(value.toFixed(3))),
    },
    ...(labels && usable.length > 1 && {leaveOneOut: leaveOneOut(nearest, labels, images.classNames)}),
    ...(pairs && {pairs: pairs.map(pair => ({...pair, name: within(folder, pair.name)}))}),
    ...(invariance && {invariance}),
    bad: images.bad.slice(0, MOST_BAD).map(({path, reason}) => ({path: within(folder, path), reason})),
    badCount: images.bad.length,
  };
  return {data, ...(made && {gallery: made})};
}
