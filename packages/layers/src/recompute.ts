import {withSeededRandom} from '@contrastive/internal';
import * as tf from '@tensorflow/tfjs-core';
import type {BatchNormCall} from './contrastive-batch-norm.js';
import {follow} from './follow.js';
import type {Segment} from './segments.js';

/** Gradients within a gradient function: a tape of their own in the place of the one that is being walked. */
function gradientsApart(f: () => tf.Tensor, xs: tf.Tensor[], dy: tf.Tensor): tf.Tensor[] {
  const {state} = tf.engine();
  const {activeTape} = state;
  try {
    const {value, grads} = tf.engine().gradients(f, xs, dy, true);
    value.dispose();
    return xs.map((x, i) => (grads as (tf.Tensor | undefined)[])[i] ?? tf.zerosLike(x));
  } finally {
    state.activeTape = activeTape;
  }
}

/**
 * Runs a segment as one operation that keeps its input alone: its gradient runs the segment again, with the same random
 * draws and without moving statistics (Chen et al. 2016, arXiv:1604.06174).
 *
 * @param x Borrowed.
 * @returns The caller's.
 */
export function recomputed({calls, input, output}: Segment, x: tf.Tensor, kwargs: BatchNormCall): tf.Tensor {
  const layers = new Set(calls.flatMap(({layer, norm}) => [layer, norm ?? layer]));
  const weights = [...layers].flatMap(layer => layer.trainableWeights.map(weight => weight.read()));
  const seed = Math.floor(Math.random() * 2 ** 32);
  const forward = (from: tf.Tensor, call: BatchNormCall): tf.Tensor =>
    withSeededRandom(seed, () => follow(calls, new Map([[input, from]]), [output], call).get(output) as tf.Tensor);
  const op = tf.customGrad((...args) => {
    const from = args[0] as tf.Tensor;
    const save = args[args.length - 1] as tf.GradSaveFunc;
    save([from]);
    return {
      value: forward(from, kwargs),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
        gradientsApart(() => forward(saved, {...kwargs, updateStatistics: false}), [saved, ...weights], dy),
    };
  });
  return op(x, ...weights);
}
