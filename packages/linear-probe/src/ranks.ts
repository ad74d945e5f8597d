import type {Communicator} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';

/** Which of several things in a row are a rank's: from the first number to before the second. */
export const partOf = ({rank, size}: Pick<Communicator, 'rank' | 'size'>, count: number): readonly [number, number] => [
  Math.floor((rank * count) / size),
  Math.floor(((rank + 1) * count) / size),
];

/** Numbers of a rank that are sent at once: 32 MiB. */
const AT_ONCE = 2 ** 23;

/**
 * The rows of all ranks, in the order of the ranks, of which each may have another number.
 *
 * @param data Those of this rank, `[rows, columns]`.
 */
export async function rowsOfAll<T extends Float32Array | Int32Array>(
  communicator: Communicator,
  data: T,
  columns: number,
): Promise<T> {
  const rows = data.length / columns;
  const counts = await gathered(communicator, Int32Array.of(rows), 1);
  const firsts = Array.from(counts, (_, rank) => counts.subarray(0, rank).reduce((sum, count) => sum + count, 0));
  const create = data.constructor as new (length: number) => T;
  const whole = new create(counts.reduce((sum, count) => sum + count, 0) * columns);
  const most = Math.max(...counts);
  const block = Math.max(1, Math.floor(AT_ONCE / columns));
  for (let from = 0; from < most; from += block) {
    const length = Math.min(block, most - from);
    // All send as many rows: those that have fewer fill up.
    const sent = new create(length * columns);
    sent.set(data.subarray(from * columns, (from + length) * columns));
    const received = await gathered(communicator, sent, columns);
    for (const [rank, count] of counts.entries()) {
      const own = received.subarray(rank * length * columns, (rank * length + clamp(count - from, length)) * columns);
      if (own.length > 0) whole.set(own, (firsts[rank] + from) * columns);
    }
  }
  return whole;
}

/** From 0 to `most`. */
const clamp = (count: number, most: number): number => Math.max(0, Math.min(count, most));

/** As many rows of each rank. */
async function gathered<T extends Float32Array | Int32Array>(
  communicator: Communicator,
  data: T,
  columns: number,
): Promise<T> {
  const all = tf.tidy(() => {
    const type = data instanceof Float32Array ? 'float32' : 'int32';
    return communicator.allGather(tf.tensor2d(data, [data.length / columns, columns], type));
  });
  try {
    return (await all.data()) as T;
  } finally {
    all.dispose();
  }
}
