import * as tf from '@tensorflow/tfjs-core';
import type {Images} from './contract.js';

/**
 * Turns the hue of RGB images by `shifts[i]` turns, keeping value and saturation (Smith, 1978, the HSV hexcone).
 *
 * With H the hue in sixths of a turn, each channel is min + (max − min) · w(H) with w a trapezoid of period 6, so the conversion back needs no cases.
 */
export function shiftHue(images: Images, shifts: readonly number[]): Images {
  const [n, h, w] = images.shape;
  return tf.tidy(() => {
    const pixels = tf.reshape(images, [n * h * w, 3]);
    const plane = (channel: number) => tf.reshape(tf.matMul(pixels, unit(channel, [3, 1])), [n, h * w]);
    const [red, green, blue] = [plane(0), plane(1), plane(2)];
    const high = tf.maximum(tf.maximum(red, green), blue);
    const low = tf.minimum(tf.minimum(red, green), blue);
    const chroma = tf.sub(high, low);
    const divisor = tf.add(chroma, tf.cast(tf.equal(high, low), 'float32')); // grey pixels: 0 / 1
    const sixths = tf.where(
      tf.equal(high, red),
      tf.div(tf.sub(green, blue), divisor),
      tf.where(
        tf.equal(high, green),
        tf.add(tf.div(tf.sub(blue, red), divisor), 2),
        tf.add(tf.div(tf.sub(red, green), divisor), 4),
      ),
    );
    const turned = tf.add(sixths, tf.tensor2d(Float32Array.from(shifts, shift => 6 * shift), [n, 1]));
    const channels = [0, 4, 2].map((offset, channel) => {
      const value = tf.add(low, tf.mul(chroma, trapezoid(tf.add(turned, offset))));
      return tf.matMul(tf.reshape(value, [n * h * w, 1]), unit(channel, [1, 3])); // interleaves: much faster than stack on wasm
    });
    return tf.reshape(tf.clipByValue(tf.addN(channels), 0, 1), [n, h, w, 3]);
  });
}

/** 1 within one sixth of 0, falling to 0 at two sixths, 0 up to 3; of period 6. */
function trapezoid(sixths: tf.Tensor): tf.Tensor {
  const wrapped = tf.sub(sixths, tf.mul(tf.floor(tf.mul(sixths, 1 / 6)), 6)); // [0, 6]
  return tf.clipByValue(tf.sub(tf.abs(tf.sub(wrapped, 3)), 1), 0, 1);
}

/** A row or column of 3 numbers, 1 at `channel`, else 0. */
function unit(channel: number, shape: [number, number]): tf.Tensor2D {
  return tf.tensor2d([0, 1, 2].map(i => (i === channel ? 1 : 0)), shape);
}
