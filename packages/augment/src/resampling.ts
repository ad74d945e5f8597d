import * as tf from '@tensorflow/tfjs-core';
import type {Images} from './contract.js';

/** How pixels between pixels are found. */
export type Interpolation = 'bilinear' | 'bicubic';

interface Filter {
  readonly support: number;
  /** Weight at a distance, which is at least 0. */
  readonly weight: (distance: number) => number;
}

/** Keys (1981) with a = −1/2, as Pillow and torch use it with antialiasing. */
function cubic(x: number): number {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

const filters: Readonly<Record<Interpolation, Filter>> = {
  bilinear: {support: 1, weight: x => Math.max(1 - x, 0)},
  bicubic: {support: 2, weight: cubic},
};

/** Throws unless the interpolation is one of those above. */
export function checkInterpolation(where: string, interpolation: string): void {
  if (!Object.hasOwn(filters, interpolation)) {
    throw new RangeError(`${where}: expected one of '${Object.keys(filters).join("', '")}', got '${interpolation}'.`);
  }
}

/** Where a stretch of pixels lies along one axis, and how many pixels it becomes. */
export interface Stretch {
  /** First pixel. */
  readonly start: number;
  /** Number of pixels. */
  readonly length: number;
  /** Whether the result is turned around. */
  readonly reversed?: boolean;
}

/**
 * Matrices that resample a stretch of each image along one axis, `[n, size, extent]`: row `o` holds the weights of the output pixel `o`.
 * The weights are those of Pillow's resize (and torch's, with `antialias: true`): the filter widens when it shrinks the image, pixels outside the
 * stretch have no weight, each row sums to 1.
 */
export function resamplingMatrices(stretches: readonly Stretch[], extent: number, size: number, interpolation: Interpolation): Float32Array {
  const {support, weight} = filters[interpolation];
  const matrices = new Float32Array(stretches.length * size * extent);
  let image = 0;
  for (const {start, length, reversed} of stretches) {
    const scale = length / size;
    const widening = Math.max(scale, 1);
    const reach = support * widening;
    for (let o = 0; o < size; o++) {
      const row = image + (reversed ? size - 1 - o : o) * extent;
      const centre = (o + 0.5) * scale;
      const first = Math.max(Math.trunc(centre - reach + 0.5), 0);
      const end = Math.min(Math.trunc(centre + reach + 0.5), length);
      let sum = 0;
      for (let i = first; i < end; i++) sum += weight(Math.abs(i - centre + 0.5) / widening);
      for (let i = first; i < end; i++) matrices[row + start + i] = weight(Math.abs(i - centre + 0.5) / widening) / sum;
    }
    image += size * extent;
  }
  return matrices;
}

/**
 * Multiplies the rows and the columns of each image with a matrix of its own: two batched products, exact and fast on every backend.
 *
 * @param images - `[n, h, w, c]`.
 * @param rows - `[n, outHeight, h]`, row-major.
 * @param columns - `[n, outWidth, w]`, row-major.
 * @returns `[n, outHeight, outWidth, c]`.
 */
export function resample(images: Images, rows: Float32Array, columns: Float32Array, [outHeight, outWidth]: readonly [number, number]): Images {
  const [n, h, w, c] = images.shape;
  return tf.tidy(() => {
    const vertical = tf.matMul(tf.tensor3d(rows, [n, outHeight, h]), tf.reshape(images, [n, h, w * c])); // [n, outHeight, w c]
    const matrix = tf.tensor3d(columns, [n, outWidth, w]);
    if (c === 1) return tf.reshape(tf.matMul(vertical, matrix, false, true), [n, outHeight, outWidth, 1]);
    const turned = tf.transpose(tf.reshape(vertical, [n, outHeight, w, c]), [0, 2, 1, 3]); // [n, w, outHeight, c]
    const both = tf.matMul(matrix, tf.reshape(turned, [n, w, outHeight * c])); // [n, outWidth, outHeight c]
    return tf.transpose(tf.reshape(both, [n, outWidth, outHeight, c]), [0, 2, 1, 3]);
  });
}
