import * as tf from '@tensorflow/tfjs-core';
import {blend, UNCHANGED} from './blend.js';
import {checkBetween} from './check.js';
import type {Operation} from './operation.js';

/** Options of `grayscale`. */
export interface GrayscaleOptions {
  /** Part of the images that become grey, in [0, 1]. */
  readonly probability?: number;
}

/**
 * Creates the operation `grayscale`: replaces the three channels by their grey value, 0.2989 R + 0.587 G + 0.114 B as torchvision's; its parameter
 * is whether the image becomes grey. Images of 1 channel stay as they are.
 *
 * @throws RangeError when the probability lies outside [0, 1].
 * @example
 * grayscale({probability: 0.2})
 */
export function grayscale({probability = 0.2}: GrayscaleOptions = {}): Operation<boolean> {
  checkBetween('grayscale: probability', probability, 0, 1);
  return {
    name: 'grayscale',
    sample: (_height, _width, random) => random.uniform() < probability,
    apply(images, grey) {
      if (images.shape[3] === 1 || !grey.includes(true)) return tf.clone(images);
      return blend(images, grey.map(chosen => (chosen ? {image: 0, grey: 1, mean: 0} : UNCHANGED)));
    },
  };
}
