import * as tf from '@tensorflow/tfjs-core';
import {keptClone, type TapeNode} from './tape.js';

/** The list that an operation's gradient reads, where the tape has another by now. */
const lists = new WeakMap<TapeNode, tf.Tensor[]>();

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
    const list = lists.get(node) ?? saved;
    const at = list.findIndex(
      one => !one.isDisposed && one.dataId === tensor.dataId && tf.util.arraysEqual(one.shape, tensor.shape),
    );
    if (at < 0 || gradient === undefined) continue;
    const kept = from.map(keptClone);
    list[at].dispose();
    lists.set(node, list);
    node.saved = [...saved, ...kept];
    node.gradient = dys => {
      list[at] = again(kept);
      return gradient(dys);
    };
  }
}
