import * as tf from '@tensorflow/tfjs-core';
import {bytesOf} from './bytes.js';
import type {Underway} from './mpi/waiting.js';

/** Tensors of fewer numbers share a message with others. */
const SMALL = 2 ** 16;
/** A message of several tensors is sent once it has so many numbers: 4 MiB. */
const FULL = 2 ** 20;

/** Tensors that are summed by one message, by their places. */
type Bucket = readonly number[];

/** Who goes with whom, in the order of the tensors: each large one by itself, small ones together. */
export function bucketsOf(sizes: readonly number[]): Bucket[] {
  const buckets: Bucket[] = [];
  let [open, count]: [number[], number] = [[], 0];
  const close = (): void => {
    if (open.length > 0) buckets.push(open);
    [open, count] = [[], 0];
  };
  sizes.forEach((size, place) => {
    if (size >= SMALL) {
      buckets.push([place]);
      return;
    }
    open.push(place);
    count += size;
    if (count >= FULL) close();
  });
  close();
  return buckets;
}

/** A tensor's numbers; the tensor is freed. */
function taken(tensor: tf.Tensor): Float32Array {
  if (tensor.dtype !== 'float32') {
    throw new TypeError(
      `Communicator.allReduceAll: expected float32 tensors, got ${tensor.dtype} [${tensor.shape.join(', ')}]; cast it.`,
    );
  }
  const {buffer, byteOffset, byteLength} = bytesOf('Communicator.allReduceAll', tensor);
  tensor.dispose();
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}

/**
 * Arrays that are used again: the first touch of new memory takes many times as long as a message.
 *
 * @returns What gives one of a length, and what takes one back.
 */
export function createPool(): {take(length: number): Float32Array; give(array: Float32Array): void} {
  const spare = new Map<number, Float32Array[]>();
  return {
    take: length => spare.get(length)?.pop() ?? new Float32Array(length),
    give(array) {
      const alike = spare.get(array.length);
      if (alike) alike.push(array);
      else spare.set(array.length, [array]);
    },
  };
}

/** A tensor of numbers that are the caller's again afterwards: the backend may share what a tensor is made of. */
const copied = (values: Float32Array, shape: number[]): tf.Tensor =>
  tf.tidy(() => tf.mul(tf.tensor(values, shape, 'float32'), 1));

/** A bucket whose sum is under way, and the tensors that come of it. */
export interface Reduction {
  readonly underway: Underway;
  /** By their places; once it is done, and once. */
  readonly results: () => [place: number, tensor: tf.Tensor][];
}

/**
 * Begins the sum of a bucket. The numbers of a tensor by itself are sent as they were read, those of several are copied
 * into one array; results are copied out of one.
 *
 * @param tensors All of them, of which those of the bucket are freed.
 */
export function reduce(
  bucket: Bucket,
  tensors: readonly tf.Tensor[],
  pool: ReturnType<typeof createPool>,
  sum: (from: Float32Array, to: Float32Array) => Underway,
): Reduction {
  const shapes = bucket.map(place => tensors[place].shape);
  const parts = bucket.map(place => taken(tensors[place]));
  const starts = [0];
  for (const part of parts) starts.push(starts[starts.length - 1] + part.length);
  let from = parts[0];
  if (parts.length > 1) {
    const joined = pool.take(starts[parts.length]);
    parts.forEach((part, i) => {
      joined.set(part, starts[i]);
    });
    from = joined;
  }
  const to = pool.take(from.length);
  return {
    underway: sum(from, to),
    results() {
      const found = bucket.map((place, i): [number, tf.Tensor] => [
        place,
        copied(to.subarray(starts[i], starts[i + 1]), shapes[i]),
      ]);
      for (const array of parts.length > 1 ? [from, to] : [to]) pool.give(array);
      return found;
    },
  };
}
