import {toImages} from '@contrastive/augment';
import {checkIndices, checkInteger} from './check.js';
import type {IndexedSource} from './source.js';
import {viewsOfPixels} from './views-of-pixels.js';

/** Images that lie in memory. */
export interface ImageArrays {
  /**
   * Pixels from 0 to 255, image by image, row by row, channels innermost: `[length, height, width, channels]`. Kept,
   * not copied.
   */
  readonly images: Uint8Array;
  /** Height of each image in pixels. */
  readonly height: number;
  /** Width of each image in pixels. */
  readonly width: number;
  /** 1 (grey, the default) or 3 (RGB). */
  readonly channels?: number;
  /** Class of each image, `[length]`, where known. */
  readonly labels?: ArrayLike<number>;
  /** Name of each class, by its number, where known. */
  readonly classNames?: readonly string[];
}

/**
 * Creates a source of images that lie in memory as bytes; they become numbers in [0, 1] when they are read.
 *
 * @throws RangeError when the sizes do not fit each other.
 * @example
 * const source = fromArrays({images: new Uint8Array(10 * 28 * 28), height: 28, width: 28});
 */
export function fromArrays({images, height, width, channels = 1, labels, classNames}: ImageArrays): IndexedSource {
  checkInteger('fromArrays: height', height, 1);
  checkInteger('fromArrays: width', width, 1);
  if (channels !== 1 && channels !== 3)
    throw new RangeError(`fromArrays: expected 1 (grey) or 3 (RGB) channels, got ${channels}.`);
  const pixels = height * width * channels;
  const length = images.length / pixels;
  if (!Number.isInteger(length)) {
    throw new RangeError(
      `fromArrays: expected a multiple of ${height} x ${width} x ${channels} = ${pixels} bytes, got ${images.length}.`,
    );
  }
  if (labels !== undefined && labels.length !== length) {
    throw new RangeError(`fromArrays: expected a label for each of ${length} images, got ${labels.length} labels.`);
  }
  const at = (index: number) => images.subarray(index * pixels, (index + 1) * pixels);
  return {
    length,
    height,
    width,
    channels,
    ...(labels && {labels: Int32Array.from(labels)}),
    ...(classNames && {classNames}),
    // The contract is asynchronous, and errors must be rejections.
    // eslint-disable-next-line @typescript-eslint/require-await
    read: async indices => {
      checkIndices('read', indices, length);
      const bytes = new Uint8Array(indices.length * pixels);
      for (let i = 0; i < indices.length; i++) bytes.set(at(indices[i]), i * pixels);
      return toImages(bytes, [indices.length, height, width, channels]);
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    views: async request => {
      checkIndices('views', request.indices, length);
      return viewsOfPixels(request, index => ({data: at(index), height, width, channels}));
    },
  };
}
