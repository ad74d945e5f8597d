import type {Tensor} from '@tensorflow/tfjs-core';
import type {LossInput} from './contract.js';

const show = ({dtype, shape}: Tensor): string => `${dtype} [${shape.join(', ')}]`;

/** Throws unless an option is a positive finite number. `advice` says what is usual. */
export function checkPositive(name: string, option: string, value: unknown, advice: string): void {
  if (typeof value !== 'number') {
    throw new TypeError(`${name}: ${option} must be a number, got ${typeof value}; leave it out for the default.`);
  }
  if (!Number.isFinite(value) || value <= 0) {
    throw new RangeError(`${name}: ${option} must be a positive finite number, got ${value}; ${advice}.`);
  }
}

/** Throws unless the temperature is a positive finite number. */
export function checkTemperature(name: string, temperature: unknown): void {
  checkPositive(name, 'temperature', temperature, 'papers use 0.05 to 1');
}

/** Throws unless the block size is left out or a whole number from 1. */
export function checkBlockSize(name: string, blockSize: unknown): void {
  if (blockSize === undefined) return;
  if (typeof blockSize !== 'number') {
    throw new TypeError(
      `${name}: blockSize must be a number of rows, got ${typeof blockSize}; leave it out to compare all rows at once.`,
    );
  }
  if (!Number.isSafeInteger(blockSize) || blockSize < 1) {
    throw new RangeError(
      `${name}: blockSize must be a whole number of rows from 1, got ${blockSize}; 256 to 1024 are fast.`,
    );
  }
}

/** Throws unless a tensor is a float32 matrix. `advice` says how to come by one. */
function checkMatrix(name: string, option: string, x: Tensor, advice: string): void {
  if (x.rank !== 2 || x.dtype !== 'float32') {
    throw new TypeError(`${name}: ${option} must be a float32 matrix, got ${show(x)}; ${advice}.`);
  }
}

/** Throws unless both views are float32 `[n, d]` of one shape, with at least `pairs` rows and one column. */
export function checkViews(name: string, {z1, z2}: LossInput, pairs = 1): void {
  for (const [view, z] of Object.entries({z1, z2})) {
    checkMatrix(name, view, z, 'flatten the projections of each image to one row, [n, d]');
  }
  const [n, d] = z1.shape;
  if (n !== z2.shape[0] || d !== z2.shape[1]) {
    throw new RangeError(
      `${name}: z1 and z2 must have the same shape, got [${z1.shape.join(', ')}] and [${z2.shape.join(', ')}]; ` +
        'row i of both must come from image i.',
    );
  }
  if (n < 1 || d < 1) {
    throw new RangeError(
      `${name}: needs at least one row and one column, got [${z1.shape.join(', ')}]; check that the batch is not ` +
        'empty.',
    );
  }
  if (n < pairs) {
    throw new RangeError(
      `${name}: needs at least ${pairs} images in a batch, got ${n}; make batches larger, or drop the last, ` +
        'incomplete one.',
    );
  }
}

/**
 * Throws unless the negatives are there as float32 `[k, d]`, with at least one row and as many columns as the views.
 */
export function checkNegatives(name: string, {z1, negatives}: LossInput): void {
  // JavaScript callers may leave them out.
  if (negatives === undefined) {
    throw new TypeError(
      `${name}: needs negatives, a float32 matrix [k, d], got undefined; give it a queue of keys, or use ntXent, ` +
        'which takes them from the batch.',
    );
  }
  checkMatrix(name, 'negatives', negatives, 'give one L2-normalised row a key, [k, d]');
  const [k, d] = negatives.shape;
  if (d !== z1.shape[1]) {
    throw new RangeError(
      `${name}: negatives must have the ${z1.shape[1]} columns of the views, got ` +
        `[${negatives.shape.join(', ')}]; make the queue for the size of the projections, one key a row.`,
    );
  }
  if (k < 1) {
    throw new RangeError(
      `${name}: needs at least one negative, got [${negatives.shape.join(', ')}]; fill the queue with random ` +
        'unit rows before the first step.',
    );
  }
}

/** Throws when there are negatives: a loss that has no use for them must not drop a queue in silence. */
export function refuseNegatives(name: string, {negatives}: LossInput): void {
  if (negatives !== undefined) {
    throw new Error(
      `${name}: takes its negatives from the batch, but was given [${negatives.shape.join(', ')}] more; use a ` +
        'loss that compares with given negatives, such as infoNCE.',
    );
  }
}

/** Throws unless the labels are there as int32 `[n]`, one for each image. */
export function checkLabels(name: string, {z1, labels}: LossInput): void {
  // JavaScript callers may leave them out.
  if (labels === undefined) {
    throw new TypeError(
      `${name}: needs labels, int32 [n], got undefined; give the class of each image, or use ntXent, which needs none.`,
    );
  }
  const rank: number = labels.rank;
  if (rank !== 1 || labels.dtype !== 'int32') {
    throw new TypeError(
      `${name}: labels must be int32 [n], got ${show(labels)}; make them with tf.tensor1d(classes, 'int32').`,
    );
  }
  if (labels.shape[0] !== z1.shape[0]) {
    throw new RangeError(
      `${name}: needs one label for each of the ${z1.shape[0]} images, got ${labels.shape[0]}; both views of an ` +
        'image share one.',
    );
  }
}
