import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {IndexedSource} from '@contrastive/data';
import type {Features} from './features.js';
import {createPause} from './pause.js';

/** Settings of `extractFeatures`. */
export interface ExtractFeaturesOptions {
  /** Images that go through the encoder together; 256 by default. */
  readonly batchSize?: number;
  /** Which images, in this order; all by default. */
  readonly indices?: ArrayLike<number>;
  /** Called after each batch with the number of images done and their total. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Throws unless the encoder takes the source's images and gives one row of features for each. */
function checkEncoder({inputs, outputs}: LayersModel, {height, width, channels}: IndexedSource): void {
  const input = inputs[0].shape;
  const image = [null, height, width, channels];
  if (inputs.length !== 1 || input.length !== 4 || input.some((size, axis) => axis > 0 && size !== null && size !== image[axis])) {
    const expected = inputs.map(({shape}) => `[${shape.join(', ')}]`).join(' and ');
    throw new RangeError(`extractFeatures: the source has images of [${image.slice(1).join(', ')}], the encoder expects ${expected}.`);
  }
  if (outputs.length !== 1 || outputs[0].shape.length !== 2) {
    const given = outputs.map(({shape}) => `[${shape.join(', ')}]`).join(' and ');
    throw new RangeError(`extractFeatures: expected an encoder with one output [n, d], got ${given}. End it with global pooling or a flatten layer.`);
  }
}

/**
 * The features of a source's images: the encoder's output in inference mode, without augmentation; without an encoder (`null`) the raw pixels.
 *
 * The encoder stays as it is, moving statistics too. The result is plain data with the source's labels, where it has any.
 *
 * @throws RangeError when the batch size is no positive whole number, there are no images, or the encoder does not fit the source.
 * @example
 * const train = await extractFeatures(encoder, trainImages);
 * const pixels = await extractFeatures(null, trainImages, {indices: [0, 1, 2]});
 */
export async function extractFeatures(encoder: LayersModel | null, source: IndexedSource, options: ExtractFeaturesOptions = {}): Promise<Features> {
  const {batchSize = 256, indices = Int32Array.from({length: source.length}, (_, i) => i), onProgress} = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`extractFeatures: batchSize must be a whole number from 1, got ${batchSize}.`);
  }
  const rows = indices.length;
  if (rows === 0) throw new RangeError('extractFeatures: expected at least one image, got none. Look at the source, or at indices.');
  if (encoder) checkEncoder(encoder, source);
  const {labels} = source;
  const pause = createPause();
  let data = new Float32Array(0);
  let columns = 0;
  for (let start = 0; start < rows; start += batchSize) {
    const batch = Int32Array.from({length: Math.min(batchSize, rows - start)}, (_, i) => indices[start + i]);
    const images = await source.read(batch);
    let output: tf.Tensor;
    try {
      output = tf.tidy(() => (encoder ? (encoder.apply(images, {training: false}) as tf.Tensor) : images.clone()));
    } finally {
      images.dispose();
    }
    try {
      if (start === 0) {
        columns = output.size / batch.length;
        data = new Float32Array(rows * columns);
      }
      data.set(await output.data(), start * columns);
    } finally {
      output.dispose();
    }
    onProgress?.(start + batch.length, rows);
    await pause();
  }
  return {data, rows, columns, ...(labels && {labels: Int32Array.from({length: rows}, (_, i) => labels[indices[i]])})};
}
