import {
  augmentation,
  colorJitter,
  gaussianBlur,
  grayscale,
  horizontalFlip,
  randomResizedCrop,
  type Augment,
  type Operation,
  type Pixels,
} from '@contrastive/augment';
import {subset, type Source} from '@contrastive/data';
import {bootstrapInterval, extractFeatures, type Features} from '@contrastive/linear-probe';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {InvarianceData, KindData} from '../data.js';
import {originalUri} from './pairs.js';
import {pictureUri} from './sheets.js';
import {wrapped} from './thumbnails.js';

/** Images that are looked at; the intervals say what more would tell. */
const MOST_IMAGES = 256;

/** Edge of the images whose raw pixels are compared; larger ones would say the same, slower. */
const MOST_PIXELS = 64;

/** A kind of view. */
interface Kind {
  readonly kind: string;
  /** What it does, in words. */
  readonly what: string;
  /** What happens to an image of `size` pixels each way; what counts in pixels is times `scale`. */
  readonly operation: (size: number, scale: number) => Operation;
  /** Whether it takes the place of the crop by which images are prepared. */
  readonly replacesCrop?: true;
  /** Whether it changes images of one channel. */
  readonly onGrey: boolean;
}

/** What SimCLR and MoCo v2 do to images, one at a time and always, at MoCo v2's strengths. */
const kinds: readonly Kind[] = [
  {
    kind: 'crop',
    what: 'a fifth to all of the image',
    operation: size => randomResizedCrop({size, area: [0.2, 1]}),
    replacesCrop: true,
    onGrey: true,
  },
  {
    kind: 'colour',
    what: 'brightness, contrast, saturation by up to 0.4, hue by 0.1',
    operation: () => colorJitter({brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, probability: 1}),
    onGrey: true,
  },
  {kind: 'grey', what: 'without colour', operation: () => grayscale({probability: 1}), onGrey: false},
  {
    kind: 'blur',
    what: 'Gaussian of 0.1 to 2 pixels',
    operation: (_size, scale) =>
      gaussianBlur({probability: 1, sigma: [0.1 * scale, 2 * scale], border: 'edge', kernelSize: 23}),
    onGrey: true,
  },
  {kind: 'flip', what: 'left and right swapped', operation: () => horizontalFlip({probability: 1}), onGrey: true},
];

/** Images of which whoever looks at them sees a view of a kind. */
interface Viewed {
  readonly source: Source;
  /** The view of the first image, once it was looked at. */
  readonly first: {pixels?: Pixels};
}

/** Height and width of what a policy makes of a source's images. */
const sizeOf = (prepared: Augment, {size = [1, 1]}: Source) => prepared.outputSize(...size);

/** Makes {@link Viewed} of images that are prepared by a policy, whose normalisation stays with whoever asks. */
function viewed(images: Source, kind: Kind, seed: number, scale = 1): Viewed {
  const first: {pixels?: Pixels} = {};
  const source: Source = {
    ...wrapped(images),
    async views(request) {
      const [prepared] = request.augments;
      const own = prepared.normalization ? prepared.operations.slice(0, -1) : prepared.operations;
      const [height, width] = sizeOf(prepared, images);
      const operation = kind.operation(height, scale);
      const augments = [augmentation(kind.replacesCrop ? [operation] : [...own, operation])];
      const given = await images.views({...request, augments, stream: [seed, kinds.indexOf(kind)]});
      const at = request.indices.indexOf(0);
      if (at >= 0) {
        const {channels} = images;
        const bytes = height * width * channels;
        first.pixels = {data: given.views[0].slice(at * bytes, (at + 1) * bytes), height, width, channels};
      }
      return given;
    },
  };
  return {source, first};
}

/** Images, and the edge of those that were asked for last. */
function measured(images: Source): {readonly source: Source; readonly last: {size: number}} {
  const last = {size: 1};
  const source: Source = {
    ...wrapped(images),
    views(request) {
      [last.size] = sizeOf(request.augments[0], images);
      return images.views(request);
    },
  };
  return {source, last};
}

/** One less the cosine of two rows; of rows of zeros 0 where both are, else 1. */
function distance(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  if (aa === 0 || bb === 0) return aa === bb ? 0 : 1;
  return Math.max(0, 1 - dot / Math.sqrt(aa * bb));
}

const row = ({data, columns}: Features, i: number): Float32Array => data.subarray(i * columns, (i + 1) * columns);

/** The mean distance of each row to all others, `[n]`. */
function toOthers(features: Features): Float64Array {
  const n = features.rows;
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const between = distance(row(features, i), row(features, j));
      sums[i] += between;
      sums[j] += between;
    }
  }
  return sums.map(sum => sum / (n - 1));
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The distance of each view to its image. */
const moved = (views: Features, images: Features): Float64Array =>
  Float64Array.from({length: images.rows}, (_, i) => distance(row(views, i), row(images, i)));

/** The part of the views that are nearer to their own image than to any other. */
function found(views: Features, images: Features): number {
  let count = 0;
  for (let i = 0; i < images.rows; i++) {
    const own = distance(row(views, i), row(images, i));
    let nearest = true;
    for (let j = 0; nearest && j < images.rows; j++) nearest = j === i || distance(row(views, i), row(images, j)) > own;
    count += Number(nearest);
  }
  return count / images.rows;
}

/** Whether an encoder's images are squares, which random crops are. */
function takesSquares(encoder: LayersModel, {size}: Source): boolean {
  const [, height, width] = encoder.inputs[0].shape;
  return height === null || width === null ? !size || size[0] === size[1] : height === width;
}

/**
 * How far views of each kind move an encoder's features: the mean cosine distance of a view to its image, as a part of
 * the mean distance between two images, with an interval by the bootstrap over images. 0 says that the encoder ignores
 * what the view changed; 1 that it takes the view for another image.
 *
 * @param indices Images that can be used, at least two; some hundred of them are looked at, evenly taken.
 * @returns Nothing where all images have the same features, so that there is no distance to compare with.
 * @throws `Error` where images cannot be used any more.
 */
export async function measureInvariance(
  encoder: LayersModel,
  source: Source,
  indices: readonly number[],
  seed: number,
): Promise<InvarianceData | undefined> {
  const count = Math.min(MOST_IMAGES, indices.length);
  const images = subset(
    source,
    Array.from({length: count}, (_, i) => indices[Math.floor((i * indices.length) / count)]),
  );
  const seen = measured(images);
  const features = await extractFeatures(encoder, seen.source);
  const {size} = seen.last;
  const small = Math.min(size, MOST_PIXELS);
  const raw = {preparation: {channels: source.channels, size: small}};
  const pixels = await extractFeatures(null, images, raw);
  const [others, otherPixels] = [toOthers(features), toOthers(pixels)];
  const otherDistance = mean(others);
  if (otherDistance === 0) return undefined;
  const results: KindData[] = [];
  for (const kind of kinds) {
    if ((source.channels === 1 && !kind.onGrey) || (kind.replacesCrop && !takesSquares(encoder, source))) continue;
    const seenSo = viewed(images, kind, seed);
    const views = await extractFeatures(encoder, seenSo.source);
    const viewsOfPixels = await extractFeatures(null, viewed(images, kind, seed, small / size).source, raw);
    if (views.rows !== count || features.rows !== count) {
      throw new Error(
        `collectReport: expected ${count} images that can be used, as a moment ago, got ${views.rows}; leave the ` +
          'images as they are while they are read.',
      );
    }
    const distances = moved(views, features);
    const ratio = (rows: Int32Array): number => {
      let [own, other] = [0, 0];
      for (const i of rows) {
        own += distances[i];
        other += others[i];
      }
      return other === 0 ? 0 : own / other;
    };
    const {low, high, value} = await bootstrapInterval(count, ratio, {seed});
    const {pixels: shown} = seenSo.first;
    results.push({
      kind: kind.kind,
      what: kind.what,
      relative: value,
      low,
      high,
      pixels: mean(moved(viewsOfPixels, pixels)) / (mean(otherPixels) || 1),
      found: found(views, features),
      example: shown ? await pictureUri(Uint8Array.from(shown.data), shown) : '',
    });
  }
  return {images: count, otherDistance, original: await originalUri(images, 0), kinds: results};
}
