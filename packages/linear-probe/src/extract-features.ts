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
  if (
    inputs.length !== 1 ||
    input.length !== 4 ||
    input.some((size, axis) => axis > 0 && size !== null && size !== image[axis])
  ) {
    const expected = inputs.map(({shape}) => `[${shape.join(', ')}]`).join(' and ');
    throw new RangeError(
      `extractFeatures: the source has images of [${image.slice(1).join(', ')}], the encoder expects ${expected}.`,
    );
  }
  if (outputs.length !== 1 || outputs[0].shape.length !== 2) {
    const given = outputs.map(({shape}) => `[${shape.join(', ')}]`).join(' and ');
    throw new RangeError(
      `extractFeatures: expected an encoder with one output [n, d], got ${given}. End it with global pooling or ` +
        'a flatten layer.',
    );
  }
}

/**
 * The features of a source's images: the encoder's output in inference mode, without augmentation; without an encoder
 * (`null`) the raw pixels.
 *
 * The encoder stays as it is, moving statistics too. The result is plain data with the source's labels, where it has
 * any. Images that a source cannot decode are left out, and listed in its `bad`: `indices` says which image a row is
 * of.
 *
 * @throws RangeError when the batch size is no positive whole number, there are no images, or the encoder does not fit
 * the source; Error when no image can be
 *   used.
 * @example
 * const train = await extractFeatures(encoder, trainImages);
 * const pixels = await extractFeatures(null, trainImages, {indices: [0, 1, 2]});
 */
export async function extractFeatures(
  encoder: LayersModel | null,
  source: IndexedSource,
  options: ExtractFeaturesOptions = {},
): Promise<Features & {readonly indices: Int32Array}> {
  const {batchSize = 256, indices = Int32Array.from({length: source.length}, (_, i) => i), onProgress} = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`extractFeatures: batchSize must be a whole number from 1, got ${batchSize}.`);
  }
  const rows = indices.length;
  if (rows === 0)
    throw new RangeError('extractFeatures: expected at least one image, got none. Look at the source, or at indices.');
  for (let i = 0; i < rows; i++) {
    if (!Number.isInteger(indices[i]))
      throw new RangeError(`extractFeatures: expected whole numbers as indices, got ${indices[i]} at position ${i}.`);
  }
  if (encoder) checkEncoder(encoder, source);
  const {labels} = source;
  const pause = createPause();
  let data = new Float32Array(0);
  let columns = 0;
  const used: number[] = []; // index of the image of each row
  for (let start = 0; start < rows; start += batchSize) {
    const batch = Int32Array.from({length: Math.min(batchSize, rows - start)}, (_, i) => indices[start + i]);
    const {images, positions} = source.readGood
      ? await source.readGood(batch)
      : {images: await source.read(batch), positions: batch.keys()};
    const count = images.shape[0];
    let output: tf.Tensor | undefined;
    try {
      output =
        count === 0
          ? undefined
          : tf.tidy(() => (encoder ? (encoder.apply(images, {training: false}) as tf.Tensor) : images.clone()));
    } finally {
      images.dispose();
    }
    if (output) {
      columns = output.size / count;
      if (data.length === 0) data = new Float32Array(rows * columns);
      try {
        data.set(await output.data(), used.length * columns);
      } finally {
        output.dispose();
      }
      for (const position of positions) used.push(batch[position]);
    }
    onProgress?.(start + batch.length, rows);
    await pause();
  }
  if (used.length === 0)
    throw new Error(`extractFeatures: none of ${rows} images can be used; look at the source's \`bad\`.`);
  return {
    data: data.subarray(0, used.length * columns),
    rows: used.length,
    columns,
    indices: Int32Array.from(used),
    ...(labels && {labels: Int32Array.from(used, index => labels[index])}),
  };
}
