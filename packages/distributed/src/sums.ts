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
type Summing = Pick<World, 'sum' | 'sumAt' | 'fastInPlace'>;

/** Whether the backend tells where tensors lie. */
export const showsMemory = (): boolean =>
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

/** The same numbers in memory of their own. */
const copied = (tensor: tf.Tensor): tf.Tensor => tf.tidy(() => tf.mul(tensor, 1));

/** The same; frees the tensor that it is given. */
function moved(tensor: tf.Tensor): tf.Tensor {
  const copy = copied(tensor);
  tensor.dispose();
  return copy;
}

/** Sums of tensors into tensors, which are freed once done: where one is not, MPI goes on with their memory. */
function byAddress(world: Summing, from: readonly tf.Tensor[] | undefined, to: readonly tf.Tensor[]): Sum[] {
  const all = [...to, ...(from ?? [])];
  const addresses = addressesOf(all);
  for (const tensor of all) tf.keep(tensor);
  return to.map((tensor, i) => ({
    begin: () => world.sumAt(from && addresses[to.length + i], addresses[i], tensor.size),
    result() {
      const sum = tf.clone(tensor); // tracked where it is asked for
      tf.dispose([tensor, ...(from ? [from[i]] : [])]);
      return sum;
    },
  }));
}

/**
 * Sums take the place of what is summed where that is fast, because new memory costs as much as its message: what is
 * not `own`, or has clones, or memory in common with another of the tensors, is copied before.
 */
function fromTensors(tensors: readonly tf.Tensor[], world: Summing, own: readonly boolean[]): Sum[] {
  if (!world.fastInPlace) return byAddress(world, tensors, tensors.map(copied));
  const known = tensors.map((tensor, i) =>
    own[i] && tf.backend().refCount(tensor.dataId) === 1 ? tensor : moved(tensor),
  );
  const shared = overlapping(known);
  return byAddress(
    world,
    undefined,
    known.map(tensor => (shared.has(tensor) ? moved(tensor) : tensor)),
  );
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
 * @returns What makes sums ready to be begun, of float32 tensors that it frees; all ranks begin them in the same order,
 * and all `byAddress` or none. A tensor is `own` where nothing has its memory but its clones and others of the tensors.
 */
export function createSums(
  world: Summing,
): (tensors: readonly tf.Tensor[], own: readonly boolean[], byAddress: boolean) => Sum[] {
  const spare: Spare = new Map();
  return (tensors, own, byAddress) =>
    byAddress ? fromTensors(tensors, world, own) : fromArrays(tensors, world, spare);
}
