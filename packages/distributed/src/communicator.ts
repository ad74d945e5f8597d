import type {Communicator} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';
import {bucketsOf, joined, parted} from './buckets.js';
import {bytesOf, room} from './bytes.js';
import {tensorChecksum} from './checksum.js';
import {finished, finishedNow} from './mpi/waiting.js';
import type {World} from './mpi/world.js';
import {normalizeAcross} from './normalize-across.js';
import {gatherRows, partsOf, routeOf, scatterRows} from './permute.js';
import {createSums, showsMemory} from './sums.js';

/** What is known of a tensor before its numbers come. */
interface Described {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: tf.DataType;
}

/** The communicator of several processes. */
export function createCommunicator(world: World, deadline: number): Communicator {
  const {rank, size} = world;
  const sums = createSums(world);
  /** Whether all ranks tell where tensors lie. */
  let agreed: ReturnType<Communicator['extremes']> | undefined;

  /** All texts of rank 0, which the others need not know the length of. */
  async function broadcastText(text: string): Promise<string> {
    const own = new TextEncoder().encode(text);
    const length = Float64Array.of(own.length);
    await finished(world.broadcast(new Uint8Array(length.buffer)), deadline);
    const bytes = rank === 0 ? own : new Uint8Array(length[0]);
    await finished(world.broadcast(bytes), deadline);
    return new TextDecoder().decode(bytes);
  }

  const gatherNow = (from: Uint8Array): Uint8Array => {
    const to = new Uint8Array(size * from.length);
    finishedNow(world.gather(from, to), deadline);
    return to;
  };

  const communicator: Communicator = {
    rank,
    size,
    allGather<T extends tf.Tensor>(rows: T): T {
      const [n, ...rest] = rowShape('allGather', rows);
      const {bytes, tensor} = room('Communicator.allGather', {shape: [size * n, ...rest], dtype: rows.dtype});
      finishedNow(world.gather(bytesOf('Communicator.allGather', rows), bytes), deadline);
      return tensor() as T;
    },
    ownRows<T extends tf.Tensor>(rows: T): T {
      const [all] = rowShape('ownRows', rows);
      if (all % size !== 0) {
        throw new RangeError(
          `Communicator.ownRows: expected rows of ${size} ranks, got ${all}, which ${size} does not divide; give ` +
            'what allGather gives.',
        );
      }
      return tf.slice(rows, (rank * all) / size, all / size);
    },
    permute<T extends tf.Tensor>(rows: T, order: Int32Array): T {
      const [n] = rowShape('permute', rows);
      if (order.length !== size * n) {
        throw new RangeError(
          `Communicator.permute: expected an order of ${size * n} rows, ${n} of each rank, got one of ` +
            `${order.length}; give all ranks as many rows.`,
        );
      }
      const {sent, sentCounts, places, receivedCounts} = routeOf(order, rank, size);
      const own = bytesOf('Communicator.permute', rows);
      const rowBytes = n === 0 ? 0 : own.length / n;
      const [from, to] = [new Uint8Array(own.length), new Uint8Array(own.length)];
      gatherRows(own, sent, from, rowBytes);
      const call = world.exchange(from, partsOf(sentCounts, rowBytes), to, partsOf(receivedCounts, rowBytes));
      finishedNow(call, deadline);
      const {bytes, tensor} = room('Communicator.permute', rows);
      scatterRows(to, places, bytes, rowBytes);
      return tensor() as T;
    },
    allReduce<T extends tf.Tensor>(values: T): T {
      checkSummed('allReduce', [values]);
      const {buffer, byteOffset} = bytesOf('Communicator.allReduce', values);
      const to = new Float32Array(values.size);
      finishedNow(world.sum(new Float32Array(buffer, byteOffset, values.size), to), deadline);
      return tf.tensor(to, values.shape, 'float32') as T;
    },
    normalize: (...given) => normalizeAcross(communicator, ...given),
    async allReduceAll(tensors, {inPlace = false} = {}) {
      if (tensors.length === 0) return [];
      checkSummed('allReduceAll', tensors);
      const summed = [...tensors];
      const buckets = bucketsOf(tensors.map(tensor => tensor.size));
      const parts = buckets.map(bucket => joined(bucket.map(place => tensors[place])));
      tf.dispose(summed);
      const own = buckets.map(bucket => inPlace || bucket.length > 1);
      agreed ??= communicator.extremes([showsMemory() ? 1 : 0]);
      const {least} = await agreed;
      const messages = sums(parts, own, least[0] === 1);
      for (const [i, bucket] of buckets.entries()) {
        await finished(messages[i].begin(), deadline);
        const shapes = bucket.map(place => tensors[place].shape);
        parted(messages[i].result(), shapes).forEach((tensor, j) => {
          summed[bucket[j]] = tensor;
        });
      }
      return summed;
    },
    async averageAll(variables) {
      const shares = variables.map(variable => tf.mul(variable, 1 / size));
      const means = await communicator.allReduceAll(shares, {inPlace: true});
      variables.forEach((variable, i) => {
        variable.assign(means[i]);
      });
      tf.dispose(means);
    },
    async broadcast(tensors) {
      const described = Object.entries(tensors).map(([name, {shape, dtype}]): Described => ({name, shape, dtype}));
      const known = JSON.parse(await broadcastText(JSON.stringify(described))) as Described[];
      const came: tf.NamedTensorMap = {};
      for (const {name, shape, dtype} of known) {
        if (rank === 0) {
          await finished(world.broadcast(bytesOf('Communicator.broadcast', tensors[name])), deadline);
        } else {
          const {bytes, tensor} = room('Communicator.broadcast', {shape, dtype});
          await finished(world.broadcast(bytes), deadline);
          came[name] = tensor();
        }
      }
      return rank === 0 ? undefined : came;
    },
    broadcastText,
    async extremes(values) {
      // Never an empty message, for which nobody would wait.
      const from = Float64Array.from([...values, ...values.map(value => -value), 0]);
      const to = new Float64Array(from.length);
      await finished(world.most(from, to), deadline);
      const [most, least] = [to.subarray(0, values.length), to.subarray(values.length, 2 * values.length)];
      return {most: [...most], least: [...least].map(value => 0 - value)};
    },
    async checkSame(where, tensors) {
      const names = Object.keys(tensors);
      const sums = Uint32Array.from(names, name => tensorChecksum(where, name, tensors[name]));
      const {least, most} = await communicator.extremes([names.length]);
      if (least[0] !== most[0]) {
        throw new Error(
          `${where}: expected the same tensors on all ${size} ranks, got ${least[0]} on one and ${most[0]} on ` +
            'another; give all ranks the same settings.',
        );
      }
      const all = new Uint32Array(gatherNow(new Uint8Array(sums.buffer)).buffer);
      for (let other = 1; other < size; other++) {
        const differs = names.findIndex((_, i) => all[i] !== all[other * names.length + i]);
        if (differs < 0) continue;
        throw new Error(
          `${where}: expected the same numbers on all ${size} ranks, got others on rank ${other} than on rank 0 in ` +
            `${names[differs]}; train on processors and libraries of one kind, with the same settings on all ranks.`,
        );
      }
    },
  };
  return communicator;
}

/** Throws unless these are tensors that can be summed. */
function checkSummed(where: string, tensors: readonly tf.Tensor[]): void {
  for (const {dtype, shape} of tensors) {
    if (dtype === 'float32') continue;
    throw new TypeError(
      `Communicator.${where}: expected float32 tensors, got ${dtype} [${shape.join(', ')}]; cast it.`,
    );
  }
}

/** The shape of rows; throws where there are none. */
function rowShape(where: string, {shape}: tf.Tensor): number[] {
  if (shape.length > 0) return shape;
  throw new RangeError(`Communicator.${where}: expected rows, [n, …], got a scalar; reshape it to [1].`);
}
