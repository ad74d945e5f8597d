import * as tf from '@tensorflow/tfjs-core';
import type {Images} from './contract.js';

/** Weights with which one image is mixed. */
export interface Blend {
  /** Of the image itself. */
  readonly image: number;
  /** Of its grey version. */
  readonly grey: number;
  /** Of the mean of its grey version. */
  readonly mean: number;
}

/** Leaves an image as it is. */
export const UNCHANGED: Blend = {image: 1, grey: 0, mean: 0};

/** Weights of red, green and blue in grey, as torchvision has them (ITU-R BT.601, rounded). */
const GREY = [0.2989, 0.587, 0.114] as const;

/**
 * Mixes each image with its grey version and its mean by weights of its own, and clips to [0, 1]. For one channel the image is its grey version.
 * Works on `[n, height · width · channels]`, because a factor for each row is far faster than one broadcast over four dimensions.
 */
export function blend(images: Images, blends: readonly Blend[]): Images {
  const [n, h, w, c] = images.shape;
  return tf.tidy(() => {
    const column = (name: keyof Blend) => tf.tensor2d(Float32Array.from(blends, weights => weights[name]), [n, 1]);
    const uses = (name: keyof Blend) => blends.some(weights => weights[name] !== 0);
    const flat = tf.reshape(images, [n, h * w * c]);
    let mixed: tf.Tensor = tf.mul(flat, column('image'));
    if (uses('grey') || uses('mean')) {
      const grey = c === 1 ? flat : tf.reshape(greyInThree(images), [n, h * w * c]);
      if (uses('grey')) mixed = tf.add(mixed, tf.mul(grey, column('grey')));
      if (uses('mean')) mixed = tf.add(mixed, tf.mul(tf.mean(grey, 1, true), column('mean')));
    }
    return tf.reshape(tf.clipByValue(mixed, 0, 1), [n, h, w, c]);
  });
}

/** The grey version in three equal channels, `[n · h · w, 3]`: one product with a constant matrix. */
function greyInThree(images: Images): tf.Tensor2D {
  const matrix = tf.tensor2d(GREY.map(weight => [weight, weight, weight]));
  return tf.matMul(tf.reshape(images, [-1, 3]), matrix);
}
