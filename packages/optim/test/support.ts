import * as tf from '@tensorflow/tfjs-core';
import type {Optimizer} from '../src/index.js';

/** The numbers of the golden values' weights and gradients. */
export const SIZE = 6;

/** A learning rate for each of the five steps of the golden values. */
const LEARNING_RATES = [0.1, 0.2, 0.05, 0.3, 0.15];

const values = (f: (i: number) => number): number[] => Array.from({length: SIZE}, (_, i) => f(i));

/** A parameter as the golden values have it at the start. */
export const weights = (start = 'formula'): tf.Variable =>
  tf.tidy(() => tf.variable(tf.tensor1d(values(i => (start === 'zeros' ? 0 : Math.sin(1 + i))))));

/** The gradient of a step of the golden values. */
export const gradient = (step: number): tf.Tensor1D =>
  tf.tensor1d(values(i => Math.cos(0.3 * step + 0.5 * i) * (1 + step)));

/** Applies the step's gradient, times a factor, to every parameter. */
export function applyStep(
  optimizer: Optimizer,
  parameters: Record<string, tf.Variable>,
  step: number,
  factor = 1,
): void {
  tf.tidy(() => {
    const g = tf.mul(gradient(step), factor);
    optimizer.apply(Object.fromEntries(Object.keys(parameters).map(name => [name, g])), LEARNING_RATES[step]);
  });
}
