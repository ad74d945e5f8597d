import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {BatchNormCall} from './contrastive-batch-norm.js';
import {fed, follow, run} from './follow.js';
import {callsOf, isGraph, isPlain} from './graph.js';
import {recomputed} from './recompute.js';
import {segmentsOf} from './segments.js';

/** What is computed again in the backward pass, where else the tape keeps it. */
export type Recompute = 'none' | 'blocks';

function inSegments(model: LayersModel, x: tf.Tensor, kwargs: BatchNormCall): tf.Tensor {
  const {inputs, outputs} = model;
  if (inputs.length !== 1 || outputs.length !== 1) return run(model, [x], kwargs)[0];
  return tf.tidy(() => {
    let value = fed(inputs[0], x);
    for (const segment of segmentsOf(callsOf(model), inputs[0], outputs[0])) {
      const {calls, input, output} = segment;
      const [{layer}] = calls;
      const before = value;
      if (calls.length > 1) value = recomputed(segment, before, kwargs);
      else if (isGraph(layer)) value = inSegments(layer, before, kwargs);
      else value = follow(calls, new Map([[input, before]]), [output], kwargs).get(output) as tf.Tensor;
      if (before !== x && before !== value) before.dispose();
    }
    return value;
  });
}

/**
 * What `model.apply(x, kwargs)` gives in training, with less memory: TensorFlow.js holds every intermediate result to
 * the end.
 *
 * @param model With one input and one output.
 * @param x Borrowed.
 * @param recompute With `'blocks'` the tape keeps what enters each residual block, and runs it again.
 * @returns The caller's.
 */
export function trainingPass(model: LayersModel, x: tf.Tensor, kwargs: BatchNormCall, recompute: Recompute): tf.Tensor {
  if (!isGraph(model) || !isPlain(model)) return model.apply(x, {...kwargs}) as tf.Tensor;
  return tf.tidy(() => {
    const y = recompute === 'blocks' ? inSegments(model, x, kwargs) : run(model, [x], kwargs)[0];
    return y === x ? tf.clone(y) : y;
  });
}
