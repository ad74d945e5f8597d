import {Tensor} from '@tensorflow/tfjs-core';
import {checkOptions, checkValue, object, show as showValue, type Rules} from '@contrastive/internal';
import type {LossInput} from './contract.js';

/** Whatever a JavaScript caller gave, as far as it is checked here. */
type Given = Tensor | null | undefined;

const show = (x: Given): string => (x instanceof Tensor ? `${x.dtype} [${x.shape.join(', ')}]` : showValue(x));

/**
 * Throws unless these are options of a loss.
 *
 * @throws TypeError also where they are what a loss compares: then what makes the loss was given in its place.
 */
export function checkLossOptions<O extends object>(where: string, options: O, rules: Rules<O>): void {
  if ('z1' in Object(options))
    throw new TypeError(`${where}: expected options, got projections; call it to get the loss: loss: ${where}().`);
  checkOptions(where, options, rules);
}

/** Throws unless a tensor is a float32 matrix. `advice` says how to come by one. */
function checkMatrix(where: string, name: string, x: Given, advice: string): void {
  if (x?.rank !== 2 || x.dtype !== 'float32') {
    const todo = x && !(x.rank > 0) ? 'make a tensor of it, as tf.tensor2d(rows)' : advice;
    throw new TypeError(`${where}: expected a float32 matrix as ${name}, got ${show(x)}; ${todo}.`);
  }
}

/** Throws unless both views are float32 `[n, d]` of one shape, with at least `pairs` rows and one column. */
export function checkProjections(where: string, input: LossInput, pairs = 1): void {
  checkValue(where, 'input', input, object); // JavaScript callers may give anything
  const {z1, z2} = input;
  for (const [view, z] of Object.entries({z1, z2}))
    checkMatrix(where, view, z, 'flatten the projections of each image to one row, [n, d]');
  const [n, d] = z1.shape;
  if (n !== z2.shape[0] || d !== z2.shape[1]) {
    throw new RangeError(
      `${where}: expected z1 and z2 of the same shape, got [${n}, ${d}] and [${z2.shape.join(', ')}]; row i of both ` +
        'must come from image i.',
    );
  }
  if (n < 1 || d < 1) {
    throw new RangeError(
      `${where}: expected at least one row and one column in z1 and z2, got [${n}, ${d}]; check that the batch is ` +
        'not empty.',
    );
  }
  if (n < pairs) {
    throw new RangeError(
      `${where}: expected at least ${pairs} images in a batch, got ${n}; make batches larger, or drop the last, ` +
        'incomplete one.',
    );
  }
}

/** Throws unless the negatives are float32 `[k, d]`, with at least one row and as many columns as the views. */
export function checkNegatives(where: string, {z1, negatives}: Required<Pick<LossInput, 'z1' | 'negatives'>>): void {
  const advice = 'give a queue of L2-normalised keys, [k, d], or use ntXent, which takes its negatives from the batch';
  checkMatrix(where, 'negatives', negatives, advice);
  const [k, d] = negatives.shape;
  if (d !== z1.shape[1]) {
    throw new RangeError(
      `${where}: expected negatives with the ${z1.shape[1]} columns of the views, got [${k}, ${d}]; make the queue ` +
        'for the size of the projections, one key a row.',
    );
  }
  if (k < 1) {
    throw new RangeError(
      `${where}: expected at least one negative, got [${k}, ${d}]; fill the queue with random unit rows before the ` +
        'first step.',
    );
  }
}

/** Throws when there are negatives: a loss that has no use for them must not drop a queue in silence. */
export function refuseNegatives(where: string, {negatives}: LossInput): void {
  if (negatives !== undefined) {
    throw new Error(
      `${where}: expected no negatives, got ${show(negatives)}; use a loss that compares with given negatives, such ` +
        'as infoNCE.',
    );
  }
}

/** Throws unless the labels are int32 `[n]`, one for each image. */
export function checkLabels(where: string, {z1, labels}: LossInput): void {
  const rank: number | undefined = labels?.rank;
  if (rank !== 1 || labels?.dtype !== 'int32') {
    throw new TypeError(
      `${where}: expected int32 [n] as labels, got ${show(labels)}; give the class of each image as ` +
        "tf.tensor1d(classes, 'int32'), or use ntXent, which needs none.",
    );
  }
  if (labels.shape[0] !== z1.shape[0]) {
    throw new RangeError(
      `${where}: expected one label for each of the ${z1.shape[0]} images, got ${labels.shape[0]}; both views of an ` +
        'image share one.',
    );
  }
}
