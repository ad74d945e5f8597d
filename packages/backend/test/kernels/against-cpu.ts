import * as tf from '@tensorflow/tfjs-core';
import {expect} from 'vitest';
import '@contrastive/testing';

/** Shape and values of each tensor, on the backend in use. */
const evaluate = (body: () => tf.Tensor[]): {shape: number[]; values: number[]}[] => {
  const tensors = tf.tidy(body);
  const results = tensors.map(tensor => ({shape: tensor.shape, values: Array.from(tensor.dataSync())}));
  tf.dispose(tensors);
  return results;
};

/**
 * Expects the tensors that `body` makes to be the same on the backend in use as on the plain `cpu` backend, which has
 * no kernels of ours.
 */
export async function expectLikeCpu(body: () => tf.Tensor[], tolerance: {atol: number; rtol: number}): Promise<void> {
  const backend = tf.getBackend();
  const actual = evaluate(body);
  let expected: typeof actual;
  try {
    await tf.setBackend('cpu');
    (tf.backend() as {firstUse?: boolean}).firstUse = false; // else it advertises the native package
    expected = evaluate(body);
  } finally {
    await tf.setBackend(backend);
  }
  expect(actual.map(({shape}) => shape)).toEqual(expected.map(({shape}) => shape));
  for (const [i, {values}] of actual.entries()) {
    expect(values, `result ${String(i)}`).toBeAllclose(expected[i].values, tolerance);
  }
}

/**
 * The value of `f` and the gradients of a weighted sum of it with respect to its arguments; the weights differ from one
 * element to the next.
 */
export const withGradients = (f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] => {
  const value = f(...inputs);
  const weights = tf.randomNormal(value.shape, 0, 1, 'float32', 77);
  return [value, ...tf.grads((...xs: tf.Tensor[]) => tf.sum(tf.mul(f(...xs), weights)))(inputs)];
};

/** Reproducible normal values. */
export const normal = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
