import {having, type Rule} from '@contrastive/internal';
import * as tf from '@tensorflow/tfjs-core';
import {normalize, type OnStatistics} from './normalize.js';

/**
 * The processes, called ranks, that train one network together: each has its share of the images of a batch, and all
 * have the same weights. {@link alone} is that of a process by itself; `connect` of `@contrastive/distributed` gives
 * that of several, over MPI.
 *
 * Every function is called by all ranks, in the same order and with tensors of the same shapes. Tensors that are given
 * are borrowed and results are the caller's, unless said otherwise; nothing is recorded on a gradient tape.
 */
export interface Communicator {
  /** Which of the ranks this process is, from 0 on. Rank 0 writes what a run leaves. */
  readonly rank: number;
  /** How many ranks there are. */
  readonly size: number;

  // Within a step: these return when the other ranks have done their part, without giving way to the event loop.

  /** The rows of all ranks, in the order of the ranks: `[n, …]` to `[size · n, …]`. */
  allGather<T extends tf.Tensor>(rows: T): T;
  /** The rows of this rank among those of all, `[size · n, …]` to `[n, …]`. Asks nobody. */
  ownRows<T extends tf.Tensor>(rows: T): T;
  /**
   * The rows of all ranks in another order, of which each rank has its share: row `i` of the result is row `order[rank
   * · n + i]` of those that `allGather` would give.
   *
   * @param rows `[n, …]`.
   * @param order A permutation of the numbers 0 to `size · n − 1`, the same on all ranks.
   */
  permute<T extends tf.Tensor>(rows: T, order: Int32Array): T;
  /** The sum over the ranks, element by element, bit for bit the same on each. */
  allReduce<T extends tf.Tensor>(values: T): T;

  /**
   * Normalises every channel of `x` by the mean and the biased variance of the batches of all ranks together, as one
   * process would that had all of them, and scales and shifts it. Differentiable in `x`, `gamma` and `beta`, unlike the
   * others.
   *
   * @param x `[n, c]` or `[n, h, w, c]`; `gamma` and `beta` are `[c]`.
   */
  normalize(
    x: tf.Tensor,
    gamma: tf.Tensor1D,
    beta: tf.Tensor1D,
    epsilon: number,
    onStatistics?: OnStatistics,
  ): tf.Tensor;

  // Between steps: these give way to the event loop while they wait, so timers and signals are handled.

  /**
   * What `allReduce` gives of many tensors, in few messages. Frees the tensors that it was given.
   *
   * @param tensors float32, all of which are summed.
   * @param options `inPlace`, where nothing has the memory of the tensors but clones and each other, no tensor that was
   * reshaped or cut of one and no array that one was made of: then sums may take their place, instead of memory of
   * their own; false by default.
   */
  allReduceAll(tensors: readonly tf.Tensor[], options?: {readonly inPlace?: boolean}): Promise<tf.Tensor[]>;
  /** Sets variables to their means over the ranks, bit for bit the same on each. */
  averageAll(variables: readonly tf.Variable[]): Promise<void>;
  /** The tensors of rank 0, by name; undefined on rank 0, which has them. */
  broadcast(tensors: tf.NamedTensorMap): Promise<tf.NamedTensorMap | undefined>;
  /** The text of rank 0. */
  broadcastText(text: string): Promise<string>;
  /** The least and the most of some numbers over the ranks. Returns when all ranks have come here. */
  extremes(values: readonly number[]): Promise<{readonly least: readonly number[]; readonly most: readonly number[]}>;
  /**
   * Compares tensors of all ranks by their checksums, bit for bit.
   *
   * @param where What the message begins with.
   * @throws `Error`, on every rank, that names the first tensor that differs.
   */
  checkSame(where: string, tensors: Readonly<Record<string, tf.Tensor>>): Promise<void>;
}

/** What a function that takes a {@link Communicator} checks. */
export const communicatorRule: Rule = having(
  'a communicator',
  ['allGather', 'extremes'],
  'await connect() of @contrastive/distributed',
);

/** A process by itself: what others would add is not there, so nothing is waited for, read or copied. */
export const alone: Communicator = {
  rank: 0,
  size: 1,
  allGather: rows => tf.clone(rows),
  ownRows: rows => tf.clone(rows),
  permute: <T extends tf.Tensor>(rows: T, order: Int32Array): T =>
    tf.tidy(() => tf.gather(rows, tf.tensor1d(order, 'int32'))),
  allReduce: values => tf.clone(values),
  normalize,
  allReduceAll: async tensors => [...tensors],
  averageAll: async () => undefined,
  broadcast: async () => undefined,
  broadcastText: async text => text,
  extremes: async values => ({least: values, most: values}),
  checkSame: async () => undefined,
};
