import type {Communicator} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';

/** Which of several things in a row are a rank's: from the first number to before the second. */
export const partOf = ({rank, size}: Pick<Communicator, 'rank' | 'size'>, count: number): readonly [number, number] => [
  Math.floor((rank * count) / size),
  Math.floor(((rank + 1) * count) / size),
];

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
  const {least, most} = await communicator.extremes([rows]);
  const [counts, all] = tf.tidy(() => {
    const type = data instanceof Float32Array ? 'float32' : 'int32';
    const own = tf.tensor2d(data, [rows, columns], type);
    // All send as many: those that have fewer fill up.
    const sent = least[0] === most[0] ? own : tf.pad(own, [[0, most[0] - rows] as [number, number], [0, 0]]);
    return [communicator.allGather(tf.tensor1d([rows], 'int32')), communicator.allGather(sent)];
  });
  try {
    const received = (await all.data()) as T;
    let used = 0;
    for (const [rank, count] of (await counts.data()).entries()) {
      const from = rank * most[0] * columns;
      received.copyWithin(used, from, from + count * columns);
      used += count * columns;
    }
    return received.slice(0, used) as T;
  } finally {
    tf.dispose([counts, all]);
  }
}
