import {evalAugment} from '@contrastive/augment';
import {disposeViews, fraction, fromArrays, twoViews, type Source, type StreamSource} from '@contrastive/data';

/** What a sample is taken by. */
interface SampleOptions {
  /** Pixels of the encoder's images, each way. */
  readonly size: number;
  /** The most images. */
  readonly most: number;
  readonly seed: number;
}

/** A fifth of fewer is no sample. */
const FEWEST = 10;

/** Images that are kept of a stream are larger by this: evaluation shows their central 0.875. */
const margin = 1 / 0.875;

/** The first images of a stream, which has no index, as a source: in memory, as they are looked at in evaluation. */
async function collect(stream: StreamSource, {size, most, seed}: SampleOptions): Promise<Source | undefined> {
  const [batchSize, side] = [Math.min(50, most), Math.round(size * margin)];
  const augment = evalAugment({size: side, crop: 1});
  const [images, labels]: [Uint8Array[], number[]] = [[], []];
  for await (const views of twoViews(stream, {augment, batchSize, seed, epochs: 1, dropLast: false})) {
    images.push(Uint8Array.from(await views.first.data(), value => Math.round(255 * value)));
    if (views.labels) labels.push(...views.labels);
    disposeViews(views);
    if (images.length * batchSize >= most) break;
  }
  const pixels = new Uint8Array(images.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const part of images) {
    pixels.set(part, at);
    at += part.length;
  }
  const {channels} = stream;
  const length = pixels.length / (side * side * channels);
  if (length < FEWEST) return undefined;
  return fromArrays({images: pixels, height: side, width: side, channels, ...(labels.length === length && {labels})});
}

/**
 * Images to measure an encoder on, drawn at random from a folder, or the first of shards; undefined where there are too
 * few to compare some with others.
 */
export async function sampleOf(photos: Source | StreamSource, options: SampleOptions): Promise<Source | undefined> {
  if (!('length' in photos)) return collect(photos, options);
  if (photos.length < FEWEST) return undefined;
  const classes = new Set(photos.labels).size;
  const share = Math.min(1, Math.max(options.most, classes) / photos.length);
  return fraction(photos, share, {seed: options.seed, balanced: classes > 1});
}
