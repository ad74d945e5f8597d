import * as tf from '@tensorflow/tfjs-core';
import {checkBetween, checkPositiveInteger, checkRange} from './check.js';
import type {Operation} from './operation.js';
import type {Random} from './random.js';
import {checkInterpolation, resample, resamplingMatrices, type Interpolation} from './resampling.js';

/** A rectangle of whole pixels, and whether it is turned over. */
export interface Crop {
  /** First row. */
  readonly top: number;
  /** First column. */
  readonly left: number;
  /** Number of rows, at least 1. */
  readonly height: number;
  /** Number of columns, at least 1. */
  readonly width: number;
  /** Whether left and right are swapped. */
  readonly flipped: boolean;
}

/** Options of `randomResizedCrop`. */
export interface RandomResizedCropOptions {
  /** Height and width of the result in pixels. */
  readonly size: number;
  /** Least and greatest part of the image's area that a crop keeps, in (0, 1]. */
  readonly area?: readonly [low: number, high: number];
  /** Least and greatest width over height of a crop. */
  readonly aspect?: readonly [low: number, high: number];
  /** How the crop is resized, always with antialiasing. */
  readonly interpolation?: Interpolation;
  /** Part of the crops that are flipped horizontally, in [0, 1]: the same as a `horizontalFlip` afterwards, at no cost. */
  readonly flip?: number;
}

const ATTEMPTS = 10;

/**
 * Creates the operation `crop`: cuts a random rectangle out of each image and resizes it to `size` × `size`. Area uniform, aspect ratio
 * log-uniform, position uniform; when ten draws do not fit the image, the largest central crop within the aspect ratios. Distribution and
 * resizing are those of torchvision's RandomResizedCrop with `antialias=True`; the result is clipped to [0, 1].
 *
 * @throws RangeError when an option is out of range.
 * @example
 * randomResizedCrop({size: 28, area: [0.2, 1]})
 */
export function randomResizedCrop({
  size, area = [0.08, 1], aspect = [3 / 4, 4 / 3], interpolation = 'bilinear', flip = 0,
}: RandomResizedCropOptions): Operation<Crop> {
  checkPositiveInteger('randomResizedCrop: size', size);
  checkRange('randomResizedCrop: area', area, 1);
  checkRange('randomResizedCrop: aspect', aspect);
  checkBetween('randomResizedCrop: flip', flip, 0, 1);
  checkInterpolation('randomResizedCrop: interpolation', interpolation);
  return {
    name: 'crop',
    sample: (height, width, random) => ({...sampleBox(height, width, area, aspect, random), flipped: random.uniform() < flip}),
    outputSize: () => [size, size],
    apply(images, crops) {
      const [, h, w] = images.shape;
      for (const crop of crops) checkInside(crop, h, w);
      const rows = resamplingMatrices(crops.map(({top, height}) => ({start: top, length: height})), h, size, interpolation);
      const columns = resamplingMatrices(
        crops.map(({left, width, flipped}) => ({start: left, length: width, reversed: flipped})), w, size, interpolation,
      );
      return tf.tidy(() => {
        const resized = resample(images, rows, columns, [size, size]);
        return interpolation === 'bicubic' ? tf.clipByValue(resized, 0, 1) : resized; // cubic weights overshoot
      });
    },
  };
}

type Range = readonly [number, number];

function sampleBox(h: number, w: number, area: Range, aspect: Range, random: Random): Omit<Crop, 'flipped'> {
  const [low, high] = aspect;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const target = h * w * random.uniform(...area);
    const ratio = Math.exp(random.uniform(Math.log(low), Math.log(high)));
    const width = Math.round(Math.sqrt(target * ratio));
    const height = Math.round(Math.sqrt(target / ratio));
    if (width > 0 && width <= w && height > 0 && height <= h) {
      return {top: random.integer(h - height + 1), left: random.integer(w - width + 1), height, width};
    }
  }
  const ratio = w / h;
  const height = ratio < low ? Math.max(Math.round(w / low), 1) : h;
  const width = ratio > high ? Math.max(Math.round(h * high), 1) : w;
  return {top: Math.floor((h - height) / 2), left: Math.floor((w - width) / 2), height, width};
}

function checkInside({top, left, height, width}: Crop, h: number, w: number): void {
  if (top >= 0 && left >= 0 && height > 0 && width > 0 && top + height <= h && left + width <= w) return;
  throw new RangeError(
    `randomResizedCrop: the box {top: ${top}, left: ${left}, height: ${height}, width: ${width}} does not fit images of ${h} x ${w}; ` +
      'sample it with the size of the images that it is applied to.',
  );
}
