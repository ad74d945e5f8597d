import {withSeededRandom} from '@contrastive/internal';
import * as tf from '@tensorflow/tfjs-core';
import type {BatchNormCall} from './contrastive-batch-norm.js';
import {follow} from './follow.js';
import type {Segment} from './segments.js';
import {currentTape, freeSaved, keptClone, record, type TapeNode} from './tape.js';

/** Operations that take something; what moves running statistics takes nothing, and is not run again. */
const taking = (nodes: readonly TapeNode[]): TapeNode[] => nodes.filter(({inputs}) => Object.keys(inputs).length > 0);

/**
 * Frees all that operations saved but their input `x`. The first of them that is asked for its gradient records them
 * again, and all go on with what the new ones saved.
 */
function forgetAll(nodes: readonly TapeNode[], x: tf.Tensor, again: (from: tf.Tensor) => TapeNode[]): void {
  freeSaved(nodes);
  let recorded: readonly TapeNode[] | undefined;
  const restore = (from: tf.Tensor): readonly TapeNode[] => {
    const all = again(from);
    const found = taking(all);
    if (found.length !== nodes.length || found.some(({kernelName}, i) => kernelName !== nodes[i].kernelName)) {
      freeSaved(all);
      throw new Error(
        `encode: expected the same operations when blocks are run again, got ${found.length} after ${nodes.length}; ` +
          "leave out recompute: 'blocks' where layers do otherwise from call to call.",
      );
    }
    nodes.forEach((node, i) => {
      const unused = node.saved?.every(({isDisposed}) => isDisposed); // off the way of the gradients
      freeSaved([node]);
      if (unused) freeSaved([found[i]]);
      else node.saved = found[i].saved;
    });
    return found;
  };
  nodes.forEach((node, i) => {
    const kept = keptClone(x);
    const {gradient} = node;
    node.saved = [kept];
    node.gradient =
      gradient &&
      (dys => {
        recorded ??= restore(kept);
        return (recorded[i].gradient ?? gradient)(dys);
      });
  });
}

/**
 * Runs a segment so that the tape keeps its input alone: for the gradient it runs again, with the same random draws and
 * without moving statistics (Chen et al. 2016, arXiv:1604.06174).
 *
 * @param x Borrowed.
 * @returns The caller's.
 */
export function recomputed({calls, input, output}: Segment, x: tf.Tensor, kwargs: BatchNormCall): tf.Tensor {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const forward = (from: tf.Tensor, call: BatchNormCall): tf.Tensor =>
    withSeededRandom(seed, () =>
      tf.tidy(() => follow(calls, new Map([[input, from]]), [output], call).get(output) as tf.Tensor),
    );
  const tape = currentTape();
  const before = tape?.length ?? 0;
  const y = forward(x, kwargs);
  if (tape) {
    const again = (from: tf.Tensor): TapeNode[] => record(() => forward(from, {...kwargs, updateStatistics: false}));
    forgetAll(taking(tape.slice(before)), x, again);
  }
  return y;
}
