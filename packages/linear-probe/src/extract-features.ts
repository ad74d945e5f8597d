import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {prepare, toImages, type Augment, type Preparation} from '@contrastive/augment';
import {checkSource, readImages, type Source} from '@contrastive/data';
import {
  callable,
  checkIndices,
  checkOptions,
  checkValue,
  indicesRule,
  inFlight,
  integer,
  object,
  type Rules,
} from '@contrastive/internal';
import {
  alone,
  checkNetworks,
  communicatorRule,
  recordedPreparation,
  requireBackend,
  samePreparation,
  type Communicator,
} from '@contrastive/layers';
import {createPause} from './pause.js';
import type {Features} from './features.js';
import {partOf, rowsOfAll} from './ranks.js';
import {watchAssignments} from './training/unchanged.js';

/** Settings of `extractFeatures`. */
export interface ExtractFeaturesOptions {
  /**
   * How the images are prepared. By default as those were that the encoder was trained on, which it remembers; where it
   * does not, resized to its input; without an encoder not at all.
   */
  readonly preparation?: Preparation;
  /** Images that go through the encoder together; 256 by default. */
  readonly batchSize?: number;
  /** Which images, in this order; all by default. */
  readonly indices?: ArrayLike<number>;
  /**
   * The ranks that share the images: each makes the features of its part, and all of them get all. A process by itself
   * by default.
   */
  readonly communicator?: Communicator;
  /** Called after each batch with the number of images done and their total, of this rank. */
  readonly onProgress?: (done: number, total: number) => void;
}

const rules: Rules<ExtractFeaturesOptions> = {
  preparation: object,
  batchSize: integer({least: 1}),
  indices: indicesRule,
  communicator: communicatorRule,
  onProgress: callable,
};

/** Batches that threads decode while the encoder has another: with one, they are idle where that takes longer. */
const AHEAD = 2;

/** A preparation as text, the same whatever the order of its keys. */
const show = (preparation: Preparation): string =>
  JSON.stringify(preparation, ['channels', 'size', 'crop', 'interpolation', 'normalization', 'mean', 'std']);

/** How the images of `source` are prepared for the encoder; throws where it was trained on others. */
function preparationFor(encoder: LayersModel | null, source: Source, given?: Preparation): Augment {
  // `prepare` checks it.
  const recorded = (encoder ? recordedPreparation(encoder) : undefined) as Preparation | undefined;
  const [, ...input] = encoder ? encoder.inputs[0].shape : []; // [height, width, channels]
  const square = encoder && input[0] !== null && input[0] === input[1] ? {size: input[0]} : {};
  const preparation = given ?? recorded ?? {channels: source.channels, ...square};
  const augment = prepare(preparation);
  if (given && recorded && !samePreparation(given, recorded)) {
    throw new Error(
      `extractFeatures: expected the preparation that the encoder was trained with, ${show(recorded)}, as ` +
        `preparation, got ${show(given)}; leave it out.`,
    );
  }
  if (preparation.channels !== source.channels) {
    throw new RangeError(
      `extractFeatures: expected images prepared as ${show(preparation)} as source, got images of ${source.channels} ` +
        'channels; open them with as many.',
    );
  }
  const sides = preparation.size === undefined ? source.size : [preparation.size, preparation.size];
  if (!sides) {
    throw new RangeError(
      'extractFeatures: expected images of one size as source, got several; give a preparation with a size.',
    );
  }
  const image = [...sides, source.channels];
  if (input.some((side, axis) => side !== null && side !== image[axis])) {
    const other = input[2] !== null && input[2] !== image[2];
    const advice = other
      ? `open images of ${input[2]} channels, or build the encoder for these`
      : recorded
        ? 'open images of that size'
        : 'give another preparation';
    throw new RangeError(
      `extractFeatures: expected images of [${input.map(side => side ?? 'any').join(', ')}] as source, which the ` +
        `encoder takes, got [${image.join(', ')}], prepared as ${show(preparation)}; ${advice}.`,
    );
  }
  return augment;
}

/** Rows of a rank, and the images that they are of. */
interface Extracted {
  readonly data: Float32Array;
  readonly indices: Int32Array;
}

/** Those of all ranks, in the order of the images. */
const ofAllRanks = async (
  communicator: Communicator,
  {data, indices}: Extracted,
  columns: number,
): Promise<Extracted> => ({
  data: await rowsOfAll(communicator, data, columns),
  indices: await rowsOfAll(communicator, indices, 1),
});

/** So many indices at a time. */
function* batchesOf(indices: ArrayLike<number>, size: number): Generator<Int32Array, void, undefined> {
  for (let start = 0; start < indices.length; start += size) {
    const length = Math.min(size, indices.length - start);
    yield Int32Array.from({length}, (_, i) => indices[start + i]);
  }
}

/**
 * The features of a source's images: the encoder's output in inference mode, without random augmentation; without an
 * encoder (`null`) the raw pixels. An encoder that was trained here remembers how its images were prepared, and gets
 * them so.
 *
 * The encoder stays as it is, moving statistics too, which is checked. The result is plain data with the source's
 * labels, where it has any. Where other threads decode, they do so while the encoder has a batch before, two ahead.
 * Images that a source cannot decode are left out, and listed in its `bad`: `indices` says which image a row is of.
 *
 * @throws TypeError or RangeError when an option is out of range, there are no images, or the source does not fit the
 * encoder; Error for another preparation than the encoder remembers, when no image can be used, or when something
 * trained the encoder meanwhile.
 * @example
 * const train = await extractFeatures(encoder, trainImages);
 * const pixels = await extractFeatures(null, trainImages, {indices: [0, 1, 2]});
 */
export async function extractFeatures(
  encoder: LayersModel | null,
  source: Source,
  options: ExtractFeaturesOptions = {},
): Promise<Features & {readonly indices: Int32Array}> {
  checkOptions('extractFeatures', options, rules);
  checkSource('extractFeatures', source);
  requireBackend('extractFeatures');
  if (encoder !== null) checkNetworks('extractFeatures', {encoder});
  const {preparation, batchSize = 256, communicator = alone} = options;
  const {indices: all = Int32Array.from({length: source.length}, (_, i) => i)} = options;
  checkIndices('extractFeatures', all, source.length);
  checkValue('extractFeatures', 'the number of images', all.length, integer({least: 1}));
  const indices = Int32Array.from(all).subarray(...partOf(communicator, all.length));
  const augment = preparationFor(encoder, source, preparation);
  const check = encoder && watchAssignments('extractFeatures', encoder);
  const {labels} = source;
  let data = new Float32Array(0);
  let columns = 0;
  const used: number[] = []; // index of the image of each row
  const read = async (batch: Int32Array) => ({batch, ...(await readImages(source, batch, augment))});
  // A source without threads would read ahead in this one.
  const ahead = source.inThreads ? AHEAD : 0;
  const pause = createPause();
  let done = 0;
  for await (const {batch, bytes, shape, positions} of inFlight(batchesOf(indices, batchSize), read, ahead)) {
    if (positions.length > 0) {
      const output = tf.tidy(() => {
        const images = toImages(bytes, shape, augment.normalization);
        return encoder ? (encoder.apply(images, {training: false}) as tf.Tensor) : images; // [n, d], or the pixels
      });
      columns = output.size / positions.length;
      if (data.length === 0) data = new Float32Array(indices.length * columns);
      try {
        data.set(await output.data(), used.length * columns);
      } finally {
        output.dispose();
      }
      for (const position of positions) used.push(batch[position]);
    }
    done += batch.length;
    options.onProgress?.(done, indices.length);
    await pause();
  }
  check?.();
  const found = await communicator.extremes([used.length, columns]);
  if (found.most[0] === 0) {
    throw new Error(
      `extractFeatures: expected images that can be used, got none in ${all.length}; look at the source's \`bad\`.`,
    );
  }
  const own = {data: data.subarray(0, used.length * columns), indices: Int32Array.from(used)};
  [, columns] = found.most; // of a rank without images too
  const every = communicator.size === 1 ? own : await ofAllRanks(communicator, own, columns);
  return {
    data: every.data,
    rows: every.indices.length,
    columns,
    indices: every.indices,
    ...(labels && {labels: Int32Array.from(every.indices, index => labels[index])}),
  };
}
