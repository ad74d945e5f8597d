import type {Communicator} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';

/** The lists of all ranks, one after the other, of plain data. */
export async function listsOfAll<T>(communicator: Communicator, own: readonly T[]): Promise<readonly T[]> {
  if (communicator.size === 1) return own;
  const bytes = new TextEncoder().encode(JSON.stringify(own));
  const {most} = await communicator.extremes([bytes.length]);
  const [length] = most;
  const sent = new Int32Array(length).fill(32); // spaces, which JSON leaves out
  sent.set(bytes);
  const all = tf.tidy(() => communicator.allGather(tf.tensor1d(sent, 'int32')));
  const received = Uint8Array.from(await all.data());
  all.dispose();
  return Array.from({length: communicator.size}, (_, rank) => {
    const text = new TextDecoder().decode(received.subarray(rank * length, (rank + 1) * length));
    return JSON.parse(text) as T[];
  }).flat();
}
