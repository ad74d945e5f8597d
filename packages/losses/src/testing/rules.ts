import * as tf from '@tensorflow/tfjs-core';
import type {LossInput} from '../contract.js';
import {edgeBatches, permuted, withOtherLabels, withOtherNegatives, type BatchShape} from './batch.js';
import {call, slopesOf, valueOf, withVariables, type AnyLoss} from './call.js';
import type {LossFinding} from './finding.js';

/** Holds a loss to some rules on a random batch, which it leaves alive; yields what is broken. */
export type Rules = (loss: AnyLoss, batch: LossInput, shape: BatchShape) => Iterable<LossFinding>;

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

/** What is wrong with what a call returned, before anything is read from it. */
function* judgeResult(value: unknown): Generator<LossFinding> {
  if (!isTensor(value)) {
    const kind = value instanceof Promise ? 'a Promise' : typeof value;
    yield {
      rule: 'scalar',
      message: `must return a float32 scalar, got ${kind}; return the tensor itself, without waiting for its number.`,
    };
    return;
  }
  const {rank, dtype, shape} = value;
  if (rank !== 0 || dtype !== 'float32') {
    const got = `${dtype} [${shape.join(', ')}]`;
    yield {
      rule: 'scalar',
      message: `must return a float32 scalar, got ${got}; take the mean over the rows with tf.mean, and cast integers.`,
    };
  }
}

/** What a call returns, and what it does to its arguments and to the number of tensors. */
export const ownership: Rules = function* (loss, batch) {
  const first: unknown = call(loss, batch);
  const before = tf.memory().numTensors;
  const second: unknown = call(loss, batch);
  const made = tf.memory().numTensors - before;
  const disposed = tensorsOf(batch).filter(([, {isDisposed}]) => isDisposed);
  for (const [name] of disposed) {
    yield {
      rule: 'input-alive',
      message: `disposed ${name}, which is the caller's; dispose only what the loss made itself.`,
    };
  }
  yield* judgeResult(second);
  if (disposed.length > 0 || !isTensor(second)) return;
  if (second === first || second.isDisposed || made < 1) {
    yield {
      rule: 'owned-result',
      message:
        'returned a tensor that it had already; return a new one from each call, because the caller disposes it.',
    };
  } else if (made > 1) {
    yield {rule: 'no-leak', message: `left ${made - 1} tensors behind besides its result; wrap its body in tf.tidy.`};
  }
};

/** What it leaves behind on a tape. */
export const leaks: Rules = function* (loss, batch) {
  slopesOf(loss, batch);
  const before = tf.memory().numTensors;
  slopesOf(loss, batch);
  const left = tf.memory().numTensors - before;
  if (left > 0)
    yield {
      rule: 'no-leak',
      message:
        `left ${left} tensors behind on a gradient tape; keep none with tf.keep, save what the gradient needs with ` +
        `customGrad's save.`,
    };
};

export const repeats: Rules = function* (loss, batch) {
  const [first, second] = [valueOf(loss, batch), valueOf(loss, batch)];
  if (!near(first, second, noise)) {
    yield {
      rule: 'repeatable',
      message:
        `gave ${first}, then ${second} for the same batch; draw nothing at random in the loss, and keep no state ` +
        'in it.',
    };
  }
};

export const leavesInput: Rules = function* (loss, batch) {
  const read = (given: LossInput): [string, number[]][] =>
    tensorsOf(given).map(([name, tensor]) => [name, Array.from(tensor.dataSync())]);
  const changed = (given: LossInput): string[] => {
    const before = read(given);
    call(loss, given);
    const after = new Map(read(given));
    return before
      .filter(([name, numbers]) => numbers.some((x, i) => !Object.is(x, after.get(name)?.[i])))
      .map(([name]) => name);
  };
  const names = new Set([...changed(batch), ...withVariables(batch, changed)]);
  for (const name of names) {
    yield {
      rule: 'input-unchanged',
      message: `changed the numbers of ${name}; assign to no variable, and write to no array that dataSync gave.`,
    };
  }
};

export const finite: Rules = function* (loss, batch) {
  for (const [name, edge] of [['random rows', batch] as const, ...edgeBatches(batch)]) {
    const value = valueOf(loss, edge);
    if (!Number.isFinite(value)) {
      yield {
        rule: 'finite',
        message:
          `gave ${value} for a batch of ${name}; divide by nothing that can be 0, and mask with a large finite ` +
          'number.',
      };
    }
    for (const [view, slopes] of Object.entries(slopesOf(loss, edge))) {
      const odd = (slopes as readonly number[] | undefined)?.find(x => !Number.isFinite(x));
      if (odd !== undefined) {
        yield {
          rule: 'finite',
          message:
            `has the gradient ${odd} by ${view} for a batch of ${name}; scale rows with l2Normalize, not by x / ` +
            'norm(x), and take no root of 0.',
        };
      }
    }
  }
};

export const dependsOnZ1: Rules = function* (loss, batch) {
  const {z1} = slopesOf(loss, batch);
  if (!z1?.some(x => x !== 0)) {
    const what = z1 === undefined ? 'no gradient by z1' : 'a gradient by z1 of zeros only';
    yield {
      rule: 'depends-on-z1',
      message:
        `has ${what} for random rows, so nothing can be learned from it; compute it from z1 with differentiable ` +
        'operations.',
    };
  }
};

export const permutation: Rules = function* (loss, batch) {
  const [value, other] = [valueOf(loss, batch), valueOf(loss, permuted(batch))];
  if (!near(value, other, rounding)) {
    yield {
      rule: 'permutation',
      message:
        `gave ${value}, but ${other} with the images in another order; treat all rows alike, or pass ` +
        'permutationInvariant: false.',
    };
  }
};

export const viewSwap: Rules = function* (loss, batch) {
  const [value, other] = [valueOf(loss, batch), valueOf(loss, {...batch, z1: batch.z2, z2: batch.z1})];
  if (!near(value, other, rounding)) {
    yield {
      rule: 'view-swap',
      message: `gave ${value}, but ${other} with the views swapped; add both directions, or leave viewSwapInvariant out.`,
    };
  }
};

export const usesNegatives: Rules = function* (loss, batch, shape) {
  const value = valueOf(loss, batch);
  if (near(value, valueOf(loss, withOtherNegatives(batch, shape)), noise)) {
    yield {
      rule: 'uses-negatives',
      message:
        `gave ${value} whatever the negatives; compare z1 with them, or leave negatives out of the options and ` +
        'throw when given some.',
    };
  }
};

export const usesLabels: Rules = function* (loss, batch, shape) {
  const value = valueOf(loss, batch);
  if (near(value, valueOf(loss, withOtherLabels(batch, shape)), noise)) {
    yield {
      rule: 'uses-labels',
      message: `gave ${value} whatever the labels; make rows of one class positives, or leave labels out of the options.`,
    };
  }
};
