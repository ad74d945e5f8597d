import * as tf from '@tensorflow/tfjs-core';
import {keptClone, type TapeNode} from './tape.js';

/**
 * Frees what operations saved of a tensor for their gradients; those compute it again from tensors that take its place
 * until then.
 *
 * @param nodes Operations that took the tensor.
 * @param from Borrowed: each operation keeps a clone of these.
 * @param again Computes the tensor from these.
 */
export function forget(
  nodes: readonly TapeNode[],
  tensor: tf.Tensor,
  from: readonly tf.Tensor[],
  again: (from: readonly tf.Tensor[]) => tf.Tensor,
): void {
  for (const node of nodes) {
    const {saved = [], gradient} = node;
    const at = saved.findIndex(
      one => one.dataId === tensor.dataId && tf.util.arraysEqual(one.shape, tensor.shape) && !one.isDisposed,
    );
    if (at < 0 || gradient === undefined) continue;
    const kept = from.map(keptClone);
    saved[at].dispose();
    node.saved = [...saved, ...kept];
    node.gradient = dys => {
      saved[at] = again(kept); // the gradient reads this list
      return gradient(dys);
    };
  }
}
