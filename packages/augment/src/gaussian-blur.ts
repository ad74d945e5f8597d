import * as tf from '@tensorflow/tfjs-core';
import {checkBetween, checkRange} from './check.js';
import type {Operation} from './operation.js';
import {resample} from './resampling.js';

/** Options of `gaussianBlur`. */
export interface GaussianBlurOptions {
  /** Part of the images that are blurred, in [0, 1]. */
  readonly probability?: number;
  /** Least and greatest standard deviation in pixels, above 0. */
  readonly sigma?: readonly [low: number, high: number];
}

/**
 * Creates the operation `gaussianBlur`; its parameter is the standard deviation in pixels, 0 for an image that stays sharp. The kernel has
 * `2 ⌊⌊height / 10⌋ / 2⌋ + 1` taps in both directions (23 at 224, 9 at 96, 3 at 32), pixels outside the image count as 0, as in SimCLR's code
 * (Chen et al., 2020, arXiv 2002.05709). There all images of a batch share one standard deviation; here each has its own, so that a view does not
 * depend on its batch.
 *
 * @throws RangeError when an option is out of range.
 * @example
 * gaussianBlur({probability: 0.5, sigma: [0.1, 2]})
 */
export function gaussianBlur({probability = 0.5, sigma = [0.1, 2]}: GaussianBlurOptions = {}): Operation<number> {
  checkBetween('gaussianBlur: probability', probability, 0, 1);
  checkRange('gaussianBlur: sigma', sigma);
  return {
    name: 'gaussianBlur',
    sample: (_height, _width, random) => {
      const applied = random.uniform() < probability;
      const deviation = random.uniform(...sigma);
      return applied ? deviation : 0;
    },
    apply(images, sigmas) {
      const [, h, w] = images.shape;
      const radius = Math.floor(Math.floor(h / 10) / 2);
      if (radius === 0 || sigmas.every(value => value === 0)) return tf.clone(images);
      return tf.tidy(() => tf.clipByValue(resample(images, blurMatrices(sigmas, h, radius), blurMatrices(sigmas, w, radius), [h, w]), 0, 1));
    },
  };
}

/** `[n, extent, extent]`: row `o` holds the taps of the output pixel `o`; the identity where sigma is 0. */
function blurMatrices(sigmas: readonly number[], extent: number, radius: number): Float32Array {
  const matrices = new Float32Array(sigmas.length * extent * extent);
  sigmas.forEach((sigma, image) => {
    const weight = (x: number) => (sigma > 0 ? Math.exp((-x * x) / (2 * sigma * sigma)) : Number(x === 0));
    const taps = Array.from({length: 2 * radius + 1}, (_, i) => weight(i - radius));
    const sum = taps.reduce((total, tap) => total + tap, 0);
    for (let o = 0; o < extent; o++) {
      const row = (image * extent + o) * extent;
      for (let i = Math.max(o - radius, 0); i <= Math.min(o + radius, extent - 1); i++) matrices[row + i] = taps[i - o + radius] / sum;
    }
  });
  return matrices;
}
