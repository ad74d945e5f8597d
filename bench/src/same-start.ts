import * as tf from '@tensorflow/tfjs-core';
import type {MoCoStep, StepSettings} from './settings.js';

/**
 * Numbers in [0, 1) that every contestant computes alike, whatever its language: the fractional part of `43758.5453
 * sin(12.9898 i + salt)`.
 */
function noise(count: number, salt: number): Float64Array {
  return Float64Array.from({length: count}, (_, i) => {
    const x = Math.sin(i * 12.9898 + salt) * 43758.5453;
    return x - Math.floor(x);
  });
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
    const value = tf.tensor(
      Float32Array.from(noise(variable.size, saltOf(name)), x => (x * 2 - 1) * bound),
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
  const one = noise(pairs * size * size * channels, 1);
  const other = noise(one.length, 2);
  return {
    first: tf.tensor4d(Float32Array.from(one), shape),
    second: tf.tensor4d(
      Float32Array.from(one, (x, i) => 0.7 * x + 0.3 * other[i]),
      shape,
    ),
  };
}

/** The queue that every contestant starts with, `[queueSize, outputs]` with rows of length 1, the caller's: noise. */
export function makeQueue({queueSize, outputs}: MoCoStep): tf.Tensor2D {
  return tf.tidy(() => {
    const rows = tf.tensor2d(
      Float32Array.from(noise(queueSize * outputs, 3), x => x * 2 - 1),
      [queueSize, outputs],
    );
    return tf.div(rows, tf.sqrt(tf.sum(tf.square(rows), 1, true)));
  });
}
