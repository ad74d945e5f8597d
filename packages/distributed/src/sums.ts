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
type Summing = Pick<World, 'sum' | 'sumAt'>;

/** Whether the backend tells where tensors lie. */
const showsMemory = (): boolean =>
  (tf.getKernel('Received', tf.getBackend()) as tf.KernelConfig | undefined) !== undefined;

/**
 * Messages go from tensor to tensor: nothing is copied. What MPI reads and writes is nobody's to free before a message
 * is done: where one is not, it stays.
 */
function fromTensors(tensors: readonly tf.Tensor[], world: Summing): Sum[] {
  const outputs: tf.Tensor[] = tf.engine().runKernel('Received', Object.fromEntries(tensors.entries()));
  const [addresses] = outputs.splice(-1);
  for (const tensor of [...tensors, ...outputs]) tf.keep(tensor);
  const pieces = addresses.dataSync<'float32'>();
  addresses.dispose();
  const addressOf = (place: number): number =>
    pieces.subarray(4 * place, 4 * place + 4).reduceRight((address, piece) => address * 2 ** 16 + piece, 0);
  return tensors.map((tensor, i) => ({
    begin: () => world.sumAt(addressOf(i), addressOf(tensors.length + i), tensor.size),
    result() {
      const sum = tf.clone(outputs[i]);
      tf.dispose([tensor, outputs[i]]);
      return sum;
    },
  }));
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
 * @returns What makes sums ready to be begun, of float32 tensors that it frees; all ranks begin them in the same order.
 */
export function createSums(world: Summing): (tensors: readonly tf.Tensor[]) => Sum[] {
  const spare: Spare = new Map();
  return tensors => (showsMemory() ? fromTensors(tensors, world) : fromArrays(tensors, world, spare));
}
