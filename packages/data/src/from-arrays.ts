import {anything, checkOptions, integer, required, type Rules} from '@contrastive/internal';
import {checkBytes} from './check-pixels.js';
import {checkLabelCount, fromImages, knownRules} from './from-images.js';
import type {Source} from './source.js';

/** Images that lie in memory. */
export interface ImageArrays {
  /**
   * Pixels from 0 to 255, image by image, row by row, channels innermost: `[length, height, width, channels]`. Kept,
   * not copied.
   */
  readonly images: Uint8Array | Uint8ClampedArray;
  /** Height of each image in pixels. */
  readonly height: number;
  /** Width of each image in pixels. */
  readonly width: number;
  /** 1 (grey, the default) or 3 (RGB). */
  readonly channels?: 1 | 3;
  /** Class of each image, `[length]`, where known. */
  readonly labels?: ArrayLike<number>;
  /** Name of each class, by its number, where known. */
  readonly classNames?: readonly string[];
}

const rules: Rules<ImageArrays> = {
  ...knownRules,
  images: required(anything),
  height: required(integer({least: 1})),
  width: required(integer({least: 1})),
};

/**
 * Creates a source of images of one size that lie in memory as bytes.
 *
 * @throws TypeError for images that are not bytes, with the conversion, and for an unknown option; RangeError when the
 * sizes do not fit each other.
 * @example
 * const source = fromArrays({images: new Uint8Array(10 * 28 * 28), height: 28, width: 28});
 */
export function fromArrays(options: ImageArrays): Source {
  checkOptions('fromArrays', options, rules);
  const {images, height, width, channels = 1, labels, classNames} = options;
  checkBytes('fromArrays', 'images', images);
  const bytes = height * width * channels;
  const length = images.length / bytes;
  if (!Number.isInteger(length)) {
    throw new RangeError(
      `fromArrays: expected a multiple of ${height} x ${width} x ${channels} = ${bytes} bytes as images, got ` +
        `${images.length}.`,
    );
  }
  checkLabelCount('fromArrays', labels, length);
  const pixels = (index: number) => ({
    data: images.subarray(index * bytes, (index + 1) * bytes),
    height,
    width,
    channels,
  });
  return {...fromImages({length, channels, pixels, labels, classNames}), size: [height, width]};
}
