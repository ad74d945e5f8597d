import * as tf from '@tensorflow/tfjs-core';
import type {LossInput} from '../contract.js';
import {edgeBatches, permuted, withOtherLabels, withOtherNegatives, type BatchShape} from './batch.js';
import {call, gradientsOf, slopesOf, valueOf, type AnyLoss} from './call.js';

/** A rule of the contract that a loss breaks; what was expected, what came, and how to mend it. */
export type Finding = readonly [rule: string, message: string];

/** Holds a loss to some rules on a random batch, which it leaves alive; yields what is broken. */
export type Check = (loss: AnyLoss, batch: LossInput, shape: BatchShape) => Iterable<Finding> | AsyncIterable<Finding>;

/**
 * Within which two values count as the same: what float32 rounds sums in another order to, at temperatures down to
 * 0.01.
 */
const rounding = 1e-4;

/** Within which two values of the same sums in the same order count as the same. */
const noise = 1e-6;

const near = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));

const tensorsOf = (batch: LossInput): [name: string, tensor: tf.Tensor][] =>
  Object.entries(batch) as [string, tf.Tensor][];

const isTensor = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor;

/** What `f` gives, with the tensors freed that came into being meanwhile. */
function withoutLitter<T>(f: () => T): T {
  const results: T[] = [];
  tf.tidy(() => {
    results.push(f());
  });
  return results[0];
}

/** What is wrong with what a call returned, before anything is read from it. */
function* judgeResult(value: unknown): Generator<Finding> {
  if (!isTensor(value)) {
    const kind = value instanceof Promise ? 'a Promise' : typeof value;
    yield [
      'scalar',
      `must return a float32 scalar, got ${kind}; return the tensor itself, without waiting for its number.`,
    ];
  } else if (value.rank !== 0 || value.dtype !== 'float32') {
    const got = `${value.dtype} [${value.shape.join(', ')}]`;
    yield [
      'scalar',
      `must return a float32 scalar, got ${got}; take the mean over the rows with tf.mean, and cast integers.`,
    ];
  }
}

function* judgeCalls(loss: AnyLoss, batch: LossInput): Generator<Finding> {
  const first: unknown = call(loss, batch);
  const before = tf.memory().numTensors;
  const second: unknown = call(loss, batch);
  const made = tf.memory().numTensors - before;
  const disposed = tensorsOf(batch).filter(([, {isDisposed}]) => isDisposed);
  for (const [name] of disposed)
    yield ['input-alive', `disposed ${name}, which is the caller's; dispose only what the loss made itself.`];
  yield* judgeResult(second);
  if (disposed.length > 0 || !isTensor(second)) return;
  if (second === first || second.isDisposed || made < 1) {
    yield [
      'owned-result',
      'returned a tensor that it had already; return a new one from each call, because the caller disposes it.',
    ];
  } else if (made > 1) {
    yield [
      'no-leak',
      `left ${made - 1} ${made === 2 ? 'tensor' : 'tensors'} behind besides its result; wrap its body in tf.tidy.`,
    ];
  }
}

/** What a call returns, and what it does to its arguments and to the number of tensors. */
export const ownership: Check = (loss, batch) => withoutLitter(() => [...judgeCalls(loss, batch)]);

/** What it leaves behind on a tape. */
export const leaks: Check = function* (loss, batch) {
  const left = withoutLitter(() => {
    const alive = [0, 1].map(() => {
      tf.dispose(gradientsOf(loss, batch));
      return tf.memory().numTensors;
    });
    return alive[1] - alive[0];
  });
  if (left > 0) {
    yield [
      'no-leak',
      `left ${left} ${left === 1 ? 'tensor' : 'tensors'} behind on a gradient tape; keep none with tf.keep, save` +
        ` what the gradient needs with customGrad's save.`,
    ];
  }
};

/** Whether the same batch gives the same value. */
export const repeats: Check = async function* (loss, batch) {
  const [first, second] = [await valueOf(loss, () => batch), await valueOf(loss, () => batch)];
  if (!near(first, second, noise)) {
    yield [
      'repeatable',
      `gave ${first}, then ${second} for the same batch; draw nothing at random in the loss, and keep no state in it.`,
    ];
  }
};

/** The names of what a call changes the numbers of. */
async function changed(loss: AnyLoss, batch: LossInput): Promise<string[]> {
  const read = (): Promise<number[][]> =>
    Promise.all(tensorsOf(batch).map(async ([, tensor]) => Array.from(await tensor.data())));
  const before = await read();
  tf.tidy(() => {
    call(loss, batch);
  });
  const after = await read();
  return Object.keys(batch).filter((_, which) => before[which].some((x, i) => !Object.is(x, after[which][i])));
}

/** Whether what it was given keeps its numbers. */
export const leavesInput: Check = async function* (loss, batch) {
  const [z1, z2] = [tf.variable(batch.z1), tf.variable(batch.z2)];
  try {
    for (const name of [...(await changed(loss, batch)), ...(await changed(loss, {...batch, z1, z2}))]) {
      yield [
        'input-unchanged',
        `changed the numbers of ${name}; assign to no variable, and write to no array that dataSync gave.`,
      ];
    }
  } finally {
    tf.dispose([z1, z2]);
  }
};

/** Whether value and gradients are finite, for rows of zeros and identical rows too. */
export const finite: Check = async function* (loss, batch) {
  for (const [name, edge] of [['random rows', () => batch] as const, ...edgeBatches(batch)]) {
    const value = await valueOf(loss, edge);
    if (!Number.isFinite(value)) {
      yield [
        'finite',
        `gave ${value} for a batch of ${name}; divide by nothing that can be 0, and mask with a large finite number.`,
      ];
    }
    for (const [view, slopes] of Object.entries(await slopesOf(loss, edge))) {
      const odd = slopes?.find(x => !Number.isFinite(x));
      if (odd !== undefined) {
        yield [
          'finite',
          `has the gradient ${odd} by ${view} for a batch of ${name}; scale rows with l2Normalize, not by x / ` +
            'norm(x), and take no root of 0.',
        ];
      }
    }
  }
};

/** Whether the value depends on `z1`, and so says its gradient. */
export const dependsOnZ1: Check = async function* (loss, batch) {
  const {z1} = await slopesOf(loss, () => batch);
  if (!z1?.some(x => x !== 0)) {
    const what = z1 === undefined ? 'no gradient by z1' : 'a gradient by z1 of zeros only';
    yield [
      'depends-on-z1',
      `has ${what} for random rows, so nothing can be learned from it; compute it from z1 with differentiable ` +
        'operations.',
    ];
  }
};

/** Whether the order of the images does not matter. */
export const permutation: Check = async function* (loss, batch) {
  const [value, other] = [await valueOf(loss, () => batch), await valueOf(loss, () => permuted(batch))];
  if (!near(value, other, rounding)) {
    yield [
      'permutation',
      `gave ${value}, but ${other} with the images in another order; treat all rows alike, or pass ` +
        'permutationInvariant: false.',
    ];
  }
};

/** Whether it does not matter which view is the first. */
export const viewSwap: Check = async function* (loss, batch) {
  const swapped = {...batch, z1: batch.z2, z2: batch.z1};
  const [value, other] = [await valueOf(loss, () => batch), await valueOf(loss, () => swapped)];
  if (!near(value, other, rounding)) {
    yield [
      'view-swap',
      `gave ${value}, but ${other} with the views swapped; add both directions, or leave viewSwapInvariant out.`,
    ];
  }
};

/** Whether other negatives give another value. */
export const usesNegatives: Check = async function* (loss, batch, shape) {
  const value = await valueOf(loss, () => batch);
  if (near(value, await valueOf(loss, () => withOtherNegatives(batch, shape)), noise)) {
    yield [
      'uses-negatives',
      `gave ${value} whatever the negatives; compare z1 with them, or leave negatives out of the options and throw ` +
        'when given some.',
    ];
  }
};

/** Whether other labels give another value. */
export const usesLabels: Check = async function* (loss, batch, shape) {
  const value = await valueOf(loss, () => batch);
  if (near(value, await valueOf(loss, () => withOtherLabels(batch, shape)), noise)) {
    yield [
      'uses-labels',
      `gave ${value} whatever the labels; make rows of one class positives, or leave labels out of the options.`,
    ];
  }
};
