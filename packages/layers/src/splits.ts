import * as tf from '@tensorflow/tfjs-core';
import {advised, choice, integer} from '@contrastive/internal';
import {normalize, type OnStatistics} from './normalize.js';

/**
 * Which images share statistics when a batch of n is split into s groups: `'interleaved'` puts image i into group i mod
 * s, as MoCo's split BatchNorm does; `'contiguous'` gives each group n/s images in a row, as each of several devices
 * would have them.
 */
export type Splitting = 'interleaved' | 'contiguous';

/** How a batch is split. */
export interface Split {
  /** The number of groups, an integer from 1 on. */
  readonly splits: number;
  readonly splitting: Splitting;
}

/** How a batch may be split. */
export const splitRules = {
  splits: advised(integer({least: 1}), '1 takes the statistics of the whole batch'),
  splitting: choice('interleaved', 'contiguous'),
};

/** Throws unless the groups of a batch are of one size, with two values a channel or more. */
export function checkBatch(where: string, shape: readonly number[], splits: number): void {
  const [n] = shape;
  if (n % splits !== 0) {
    throw new RangeError(
      `${where}: expected splits that divide the batch, got ${splits} splits of ${n} images; drop the last, smaller ` +
        'batch, or choose another batch or splits.',
    );
  }
  const values = shape.slice(1, -1).reduce((a, b) => a * b, n / splits);
  if (values < 2) {
    const [group, remedy] = splits === 1 ? ['', ''] : [` in each of ${splits} splits`, ' or fewer splits'];
    throw new RangeError(
      `${where}: expected at least two values a channel${group} in training, got shape [${shape.join(', ')}]; use a ` +
        `larger batch${remedy}.`,
    );
  }
}

/** Throws where a batch that is normalised with those of other ranks is to be split too. */
export function refuseSplits(where: string, splits: number): void {
  if (splits === 1) return;
  throw new RangeError(
    `${where}: expected 1 as splits of a layer that is synchronized, got ${splits}; either groups of images are ` +
      'normalised apart, or the images of all ranks together.',
  );
}

/**
 * Normalises each of `splits` groups of images by its own statistics, as {@link normalize} does a whole batch: what
 * several devices do with their shares. Groups lie side by side as channels while they are normalised, so it takes one
 * transposition before, one after, and one pass of BatchNorm.
 *
 * @param x `[n, c]` or `[n, h, w, c]`, n a multiple of `splits`.
 * @param gamma `[c]`.
 * @param beta `[c]`.
 * @param onStatistics Receives the means over the groups of their means and of their unbiased variances, `[c]`.
 * @returns Like `x`, the caller's.
 */
export function normalizeSplits(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  {splits, splitting}: Split,
  onStatistics?: OnStatistics,
): tf.Tensor {
  const [n, c] = [x.shape[0], gamma.size];
  const [size, middle] = [n / splits, x.shape.slice(1, -1)];
  const pixels = middle.reduce((a, b) => a * b, 1);
  const [before, after] = splitting === 'interleaved' ? [size, pixels] : [1, size * pixels];
  const overGroups = (values: tf.Tensor1D): tf.Tensor1D => tf.mean(tf.reshape(values, [splits, c]), 0);

  const beside = swapped(x, [before, splits, after, c], [size, ...middle, splits * c]);
  const normalized = normalize(
    beside,
    repeated(gamma, splits),
    repeated(beta, splits),
    epsilon,
    onStatistics &&
      ((means, variances) => {
        onStatistics(overGroups(means), overGroups(variances));
      }),
  );
  return swapped(normalized, [before, after, splits, c], x.shape);
}

/**
 * `x`, read as `[a, b, c, d]`, with its middle axes swapped, in another shape. One op on the tape, which saves nothing:
 * a reshape would save its input.
 */
function swapped(
  x: tf.Tensor,
  [a, b, c, d]: readonly [number, number, number, number],
  shape: readonly number[],
): tf.Tensor {
  const swap = (values: tf.Tensor, from: readonly number[], to: readonly number[]): tf.Tensor => {
    const inOrder = from[1] === 1 || from[2] === 1;
    return tf.reshape(inOrder ? values : tf.transpose(tf.reshape(values, [...from]), [0, 2, 1, 3]), [...to]);
  };
  const op = tf.customGrad(values => ({
    value: swap(values as tf.Tensor, [a, b, c, d], shape),
    gradFunc: (dy: tf.Tensor) => swap(dy, [a, c, b, d], x.shape),
  }));
  return op(x);
}

/** `[c]` to `[times · c]`; the gradient of the stock op takes two ops a repetition. */
function repeated(x: tf.Tensor1D, times: number): tf.Tensor1D {
  const op = tf.customGrad<tf.Tensor1D>(values => ({
    value: tf.tile(values as tf.Tensor1D, [times]),
    gradFunc: (dy: tf.Tensor) => tf.sum(tf.reshape(dy, [times, x.size]), 0),
  }));
  return op(x);
}
