import * as tf from '@tensorflow/tfjs-core';
import {bytesOf} from './bytes.js';
import type {Underway} from './mpi/waiting.js';
import type {World} from './mpi/world.js';

/** The sum of a tensor over the ranks. */
export interface Sum {
  /** Sends what this rank has. */
  begin(): Underway;
  /** The sum, the caller's; once that is done, and once. Frees what was summed. */
  result(): tf.Tensor;
}

/** What is summed over the ranks. */
type Summing = Pick<World, 'sum' | 'sumInPlace'>;

/** Whether the backend tells where tensors lie. */
const showsMemory = (): boolean =>
  (tf.getKernel('Addresses', tf.getBackend()) as tf.KernelConfig | undefined) !== undefined;

/** Where tensors lie. */
function addressesOf(tensors: readonly tf.Tensor[]): number[] {
  const addresses: tf.Tensor = tf.engine().runKernel('Addresses', Object.fromEntries(tensors.entries()));
  const pieces = addresses.dataSync<'float32'>();
  addresses.dispose();
  return tensors.map((_, place) =>
    pieces.subarray(4 * place, 4 * place + 4).reduceRight((address, piece) => address * 2 ** 16 + piece, 0),
  );
}

/** Which of some tensors have memory that another of them has too. */
function overlapping(tensors: readonly tf.Tensor[]): Set<tf.Tensor> {
  const found = new Set<tf.Tensor>();
  const starts = addressesOf(tensors);
  const places = tensors.map((tensor, i) => ({tensor, start: starts[i], end: starts[i] + 4 * tensor.size}));
  let last: (typeof places)[number] | undefined;
  for (const place of places.sort((a, b) => a.start - b.start)) {
    if (last && place.start < last.end) found.add(place.tensor).add(last.tensor);
    if (!last || place.end > last.end) last = place;
  }
  return found;
}

/** A tensor of its own memory with the same numbers; frees the one that it is given. */
function moved(tensor: tf.Tensor): tf.Tensor {
  const copy = tf.tidy(() => tf.mul(tensor, 1));
  tensor.dispose();
  return copy;
}

/**
 * Sums take the place of what is summed: new memory costs more than its message. So where anybody else could read what
 * lies there, it is copied first. What MPI reads and writes is nobody's to free before a message is done: where one is
 * not, it stays.
 */
function inPlace(tensors: readonly tf.Tensor[], world: Summing, own: boolean): Sum[] {
  const known = tensors.map(tensor => (own && tf.backend().refCount(tensor.dataId) === 1 ? tensor : moved(tensor)));
  const shared = overlapping(known);
  const places = known.map(tensor => (shared.has(tensor) ? moved(tensor) : tensor));
  const addresses = addressesOf(places);
  return places.map((tensor, i) => {
    tf.keep(tensor);
    return {
      begin: () => world.sumInPlace(addresses[i], tensor.size),
      result() {
        const sum = tf.clone(tensor); // tracked where it is asked for
        tensor.dispose();
        return sum;
      },
    };
  });
}

/** Arrays that are used again, by their lengths: the first touch of new memory takes longer than a message. */
type Spare = Map<number, Float32Array[]>;

function taken(spare: Spare, length: number): Float32Array {
  return spare.get(length)?.pop() ?? new Float32Array(length);
}

function given(spare: Spare, array: Float32Array): void {
  const alike = spare.get(array.length);
  if (alike) alike.push(array);
  else spare.set(array.length, [array]);
}

/** Messages go from array to array: the numbers are read, and come back by a copy. */
function fromArrays(tensors: readonly tf.Tensor[], world: Summing, spare: Spare): Sum[] {
  return tensors.map(tensor => {
    const to = taken(spare, tensor.size);
    return {
      begin() {
        const {buffer, byteOffset} = bytesOf('Communicator.allReduceAll', tensor);
        tensor.dispose();
        return world.sum(new Float32Array(buffer, byteOffset, tensor.size), to);
      },
      result() {
        // The backend may share what a tensor is made of.
        const sum = tf.tidy(() => tf.mul(tf.tensor(to, tensor.shape, 'float32'), 1));
        given(spare, to);
        return sum;
      },
    };
  });
}

/**
 * Prepares sums over the ranks.
 *
 * @returns What makes sums ready to be begun, of float32 tensors that it frees, `own` where no tensor outside of
 * TensorFlow.js has their memory; all ranks begin them in the same order.
 */
export function createSums(world: Summing): (tensors: readonly tf.Tensor[], own: boolean) => Sum[] {
  const spare: Spare = new Map();
  return (tensors, own) => (showsMemory() ? inPlace(tensors, world, own) : fromArrays(tensors, world, spare));
}
