import * as tf from '@tensorflow/tfjs-core';
import type {MoCoStep, StepSettings} from './settings.js';

/**
 * Number `i` of those in [0, 1) that every contestant computes alike, whatever its language: the fractional part of
 * `43758.5453 sin(12.9898 i + salt)`.
 */
function noiseAt(i: number, salt: number): number {
  const x = Math.sin(i * 12.9898 + salt) * 43758.5453;
  return x - Math.floor(x);
}

/** An array of numbers by their places; without others between, which would count as our memory. */
function arrayOf(length: number, at: (i: number) => number): Float32Array {
  const array = new Float32Array(length);
  for (let i = 0; i < length; i++) array[i] = at(i);
  return array;
}

/** A number from 0 to 999 for a parameter's name. */
function saltOf(name: string): number {
  return Array.from(name).reduce((salt, letter) => (salt * 31 + letter.charCodeAt(0)) % 1000, 0);
}

/**
 * Gives every contestant the same weights, by the parameter's name: kernels He-uniform noise, BatchNorm its identity,
 * biases 0.
 */
export function fill(parameters: Readonly<Record<string, tf.Variable>>): void {
  for (const [name, variable] of Object.entries(parameters)) {
    if (variable.rank === 1) {
      const value = name.endsWith('/gamma') ? tf.ones(variable.shape) : tf.zeros(variable.shape);
      variable.assign(value);
      value.dispose();
      continue;
    }
    const fanIn = variable.size / (variable.shape.at(-1) ?? 1);
    const bound = Math.sqrt(6 / fanIn);
    const salt = saltOf(name);
    const value = tf.tensor(
      arrayOf(variable.size, i => (noiseAt(i, salt) * 2 - 1) * bound),
      variable.shape,
    );
    variable.assign(value);
    value.dispose();
  }
}

/** Trained numbers, all parameters together. */
export function countParameters(parameters: Readonly<Record<string, tf.Variable>>): number {
  return Object.values(parameters).reduce((sum, {size}) => sum + size, 0);
}

/**
 * Two views `[pairs, size, size, channels]`, the caller's: noise, and the same mixed with other noise, so that there is
 * something to learn.
 */
export function makeViews({pairs, size, channels}: StepSettings): {
  readonly first: tf.Tensor4D;
  readonly second: tf.Tensor4D;
} {
  const shape: [number, number, number, number] = [pairs, size, size, channels];
  const length = pairs * size * size * channels;
  return {
    first: tf.tensor4d(
      arrayOf(length, i => noiseAt(i, 1)),
      shape,
    ),
    second: tf.tensor4d(
      arrayOf(length, i => 0.7 * noiseAt(i, 1) + 0.3 * noiseAt(i, 2)),
      shape,
    ),
  };
}

/** The queue that every contestant starts with, `[queueSize, outputs]` with rows of length 1, the caller's: noise. */
export function makeQueue({queueSize, outputs}: MoCoStep): tf.Tensor2D {
  return tf.tidy(() => {
    const rows = tf.tensor2d(
      arrayOf(queueSize * outputs, i => noiseAt(i, 3) * 2 - 1),
      [queueSize, outputs],
    );
    return tf.div(rows, tf.sqrt(tf.sum(tf.square(rows), 1, true)));
  });
}
