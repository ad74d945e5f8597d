import * as tf from '@tensorflow/tfjs-core';
import {checkBetween} from './check.js';
import type {Operation} from './operation.js';

/** Options of `horizontalFlip`. */
export interface HorizontalFlipOptions {
  /** Part of the images that are flipped, in [0, 1]. */
  readonly probability?: number;
}

/**
 * Creates the operation `flip`: swaps left and right; its parameter is whether the image is flipped. After a random crop the option `flip` of
 * `randomResizedCrop` does the same at no cost.
 *
 * @throws RangeError when the probability lies outside [0, 1].
 * @example
 * horizontalFlip({probability: 0.5})
 */
export function horizontalFlip({probability = 0.5}: HorizontalFlipOptions = {}): Operation<boolean> {
  checkBetween('horizontalFlip: probability', probability, 0, 1);
  return {
    name: 'flip',
    sample: (_height, _width, random) => random.uniform() < probability,
    apply(images, flipped) {
      if (!flipped.includes(true)) return tf.clone(images);
      const [n, h, w, c] = images.shape;
      return tf.tidy(() => {
        const mirrored = tf.reverse(images, 2);
        if (!flipped.includes(false)) return mirrored;
        const chosen = tf.tensor2d(Float32Array.from(flipped, Number), [n, 1]);
        const flat = (x: tf.Tensor) => tf.reshape(x, [n, h * w * c]);
        // Rows times 0 or 1, which broadcasts much faster than a choice over four dimensions.
        return tf.reshape(tf.add(tf.mul(flat(images), tf.sub(1, chosen)), tf.mul(flat(mirrored), chosen)), [n, h, w, c]);
      });
    },
  };
}
