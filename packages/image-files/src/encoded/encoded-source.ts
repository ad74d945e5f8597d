import {evalAugment, toImages, type Images} from '@contrastive/augment';
import {checkIndices, checkInteger} from '../check.js';
import type {BadImage, IndexedSource, ViewsBytes, ViewsRequest} from '../source.js';
import {badImages, type BadImagesOptions} from './bad-images.js';
import {MOST_PIXELS, type EncodedImage} from './contract.js';
import {createDecoders} from './decoders.js';

/** Options of every source of encoded images. */
export interface EncodedOptions extends BadImagesOptions {
  /**
   * Height and width in pixels of what `read` gives: the central part of each image, by `evalAugment({size})`. Views
   * have the size of their augmentation.
   */
  readonly size?: number;
  /** 3 (RGB) or 1 (grey). */
  readonly channels?: 1 | 3;
  /** How many threads decode images and make views, by default one for each core; with 0 the thread that asks. */
  readonly workers?: number;
  /** Images of more pixels are bad; they are not decoded. */
  readonly mostPixels?: number;
}

/** A source of encoded images: it makes views itself and knows which images were bad. */
export type ImagesSource = IndexedSource & Required<Pick<IndexedSource, 'readGood' | 'views' | 'bad' | 'close'>>;

/** What `encodedSource` is made of. */
export interface EncodedSource extends EncodedOptions {
  /** Whose errors these are. */
  readonly where: string;
  readonly length: number;
  /** Where image `index` is. */
  readonly locate: (index: number) => EncodedImage | Promise<EncodedImage>;
  /** Class of each image, `[length]`, where known. */
  readonly labels?: Int32Array;
  /** Name of each class, by its number, where known. */
  readonly classNames?: readonly string[];
  /** What was found to be bad that is no image of the source. */
  readonly bad?: readonly BadImage[];
}

/**
 * Creates a source of encoded images, which are decoded when they are asked for. Bad images are left out, counted and
 * listed once each in `bad`.
 *
 * @throws RangeError when an option is out of range.
 */
export function encodedSource({
  where,
  length,
  locate,
  labels,
  classNames,
  bad: known,
  size = 224,
  channels = 3,
  workers,
  mostPixels = MOST_PIXELS,
  strict,
  mostBad,
}: EncodedSource): ImagesSource {
  checkInteger(`${where}: size`, size, 1);
  checkInteger(`${where}: mostPixels`, mostPixels, 1);
  if (![1, 3].includes(channels))
    throw new RangeError(`${where}: expected 1 (grey) or 3 (RGB) channels, got ${String(channels)}.`);
  const found = badImages(where, length, {strict, mostBad}, known);
  const decoders = createDecoders({channels, mostPixels, ...(workers !== undefined && {workers})});
  const augments = [evalAugment({size})];

  const views = async ({indices, ...request}: ViewsRequest): Promise<ViewsBytes> => {
    checkIndices('views', indices, length);
    const images = await Promise.all(Array.from(indices, async index => locate(index)));
    const result = await decoders.views(images, request);
    found.note(indices, result.bad);
    return result;
  };

  const readBytes = (indices: ArrayLike<number>) => {
    checkIndices('read', indices, length);
    const asked = Int32Array.from(indices);
    return views({indices: asked, keys: asked, augments, stream: [0]});
  };

  return {
    length,
    channels,
    views,
    height: size,
    width: size,
    ...(labels && {labels}),
    ...(classNames && {classNames}),
    bad: found.list,
    read: async indices => {
      const {
        views: [bytes],
        bad,
      } = await readBytes(indices);
      if (bad.length > 0) {
        const [{path, reason}] = bad;
        throw new Error(
          `read: ${path} cannot be used: ${reason}; repair it or take it out, or leave out such images with readGood.`,
        );
      }
      return toImages(bytes, [indices.length, size, size, channels]);
    },
    readGood: async indices => {
      const {
        views: [bytes],
        bad,
      } = await readBytes(indices);
      const unusable = new Set(bad.map(({position}) => position));
      const positions = Int32Array.from(
        Array.from(indices, (_, position) => position).filter(position => !unusable.has(position)),
      );
      return {positions, images: rows(bytes, positions, [size, size, channels])};
    },
    close: () => decoders.close(),
  };
}

/** The images at some positions of a batch of bytes. */
function rows(bytes: Uint8Array, positions: Int32Array, shape: readonly [number, number, number]): Images {
  const length = shape[0] * shape[1] * shape[2];
  const chosen = new Uint8Array(positions.length * length);
  positions.forEach((position, row) => {
    chosen.set(bytes.subarray(position * length, (position + 1) * length), row * length);
  });
  return toImages(chosen, [positions.length, ...shape]);
}
