import * as tf from '@tensorflow/tfjs-core';
import type {LossInput} from '../contract.js';
import {l2Normalize} from '../rows.js';
import type {MakeBatch} from './call.js';

/** What the batches of a check are made of. */
export interface BatchShape {
  readonly n: number;
  readonly d: number;
  /** How many negatives, 0 for none. */
  readonly k: number;
  readonly labels: boolean;
  readonly seed: number;
}

const normal = (rows: number, columns: number, seed: number): tf.Tensor2D =>
  tf.randomNormal([rows, columns], 0, 1, 'float32', seed);

const ints = (n: number, at: (i: number) => number): tf.Tensor1D =>
  tf.tensor1d(Int32Array.from({length: n}, (_, i) => at(i)));

/**
 * A batch at random. Its views are independent, as of a network that knows nothing: no positive is so near that at a
 * small temperature nothing else counts.
 */
export function randomBatch({n, d, k, labels, seed}: BatchShape): LossInput {
  return {
    z1: normal(n, d, seed),
    z2: normal(n, d, seed + 1),
    ...(k > 0 && {negatives: l2Normalize(normal(k, d, seed + 2))}),
    ...(labels && {labels: ints(n, i => i % 2)}),
  };
}

/** The batch with its images in another order, no rotation and no reversal; their labels go with them. */
export function permuted(batch: LossInput): LossInput {
  const n = batch.z1.shape[0];
  const odd = Math.floor(n / 2);
  const order = ints(n, i => (i < odd ? 2 * i + 1 : 2 * (i - odd))); // 1, 3, 5, …, 0, 2, 4, …
  return {
    ...batch,
    z1: tf.gather(batch.z1, order),
    z2: tf.gather(batch.z2, order),
    ...(batch.labels && {labels: tf.gather(batch.labels, order)}),
  };
}

/** The batch with other negatives, unit rows at random too. */
export const withOtherNegatives = (batch: LossInput, {k, d, seed}: BatchShape): LossInput => ({
  ...batch,
  negatives: l2Normalize(normal(k, d, seed + 3)),
});

/** The batch with other images in one class. */
export const withOtherLabels = (batch: LossInput, {n}: BatchShape): LossInput => ({
  ...batch,
  labels: ints(n, i => Math.floor(i / 2) % 2),
});

/** Batches that losses trip over, by name. */
export function edgeBatches(batch: LossInput): readonly (readonly [name: string, batch: MakeBatch])[] {
  const {z1, z2} = batch;
  const [n, d] = z1.shape;
  const everyOther = (): tf.Tensor2D =>
    tf.tensor2d(
      Float32Array.from({length: n}, (_, i) => i % 2),
      [n, 1],
    );
  const alike = (): tf.Tensor2D => tf.tile(tf.slice(z1, [0, 0], [1, d]), [n, 1]); // [n, d]
  return [
    ['every other row zeros', () => ({...batch, z1: tf.mul(z1, everyOther()), z2: tf.mul(z2, everyOther())})],
    ['all rows zeros', () => ({...batch, z1: tf.zerosLike(z1), z2: tf.zerosLike(z2)})],
    ['identical rows', () => ({...batch, z1: alike(), z2: alike()})],
  ];
}
