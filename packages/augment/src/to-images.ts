import {checkValue, expectBackend, integer, kind, list} from '@contrastive/internal';
import * as tf from '@tensorflow/tfjs-core';
import type {Images, Normalization} from './contract.js';
import {checkChannels} from './normalize.js';
import {normalizationRule} from './rules.js';

/** The kernel that takes bytes to the backend and makes numbers of them there; `@contrastive/backend` registers it. */
const KERNEL = 'ImagesFromBytes';

const bytesRule = kind('a Uint8Array of 0 to 255', value => value instanceof Uint8Array);

const shapeRule = list(integer({least: 0}), '[n, height, width, channels]', 4);

/**
 * Makes a batch of images from bytes: divided by 255, then normalised where asked. The bytes go to the backend as they
 * are and become numbers there, where it has a kernel for that; else they become numbers here.
 *
 * @param bytes - `[n, height, width, channels]` of 0 to 255; may be used again afterwards.
 * @param shape - `[n, height, width, channels]`.
 * @returns Images in [0, 1], or normalised; the caller's.
 * @throws RangeError when the bytes do not have that shape, or the normalisation other channels; Error where there is
 * no backend yet.
 * @example
 * const images = toImages(Uint8Array.of(0, 255), [1, 1, 2, 1]);
 */
export function toImages(
  bytes: Uint8Array,
  shape: readonly [number, number, number, number],
  normalization?: Normalization,
): Images {
  checkValue('toImages', 'bytes', bytes, bytesRule);
  checkValue('toImages', 'shape', shape, shapeRule);
  const channels = shape[3];
  if (bytes.length !== tf.util.sizeFromShape([...shape])) {
    throw new RangeError(`toImages: expected ${shape.join(' x ')} bytes, got ${bytes.length}.`);
  }
  if (normalization !== undefined) {
    checkValue('toImages', 'normalization', normalization, normalizationRule);
    checkChannels('toImages', normalization, channels);
  }
  expectBackend('toImages', tf.engine().registryFactory);
  const {mean, std} = normalization ?? {mean: [0], std: [1]};
  const factors = std.map(value => 1 / (255 * value));
  const offsets = mean.map((value, channel) => -value / std[channel]);
  const kernel = tf.getKernel(KERNEL, tf.getBackend()) as tf.KernelConfig | undefined;
  // one tensor of that shape
  if (kernel) return tf.engine().runKernel<Images>(KERNEL, {}, {bytes, shape: [...shape], factors, offsets});
  const values = new Float32Array(bytes.length);
  const tables = factors.map((factor, channel) =>
    Float32Array.from({length: 256}, (_, byte) => byte * factor + offsets[channel]),
  );
  if (tables.length === 1) {
    for (let i = 0; i < bytes.length; i++) values[i] = tables[0][bytes[i]];
  } else {
    for (let i = 0; i < bytes.length; i += channels) {
      for (let channel = 0; channel < channels; channel++) values[i + channel] = tables[channel][bytes[i + channel]];
    }
  }
  return tf.tensor4d(values, [...shape]);
}
