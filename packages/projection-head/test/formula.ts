import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** Value i of the tensor called `name`: the formula of scripts/golden/projection-head.py. */
export function formula(name: string, size: number): number[] {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  const start = ((hash >>> 0) % 1000) / 100;
  return Array.from({length: size}, (_, i) => Math.sin(start + 0.37 * i + 0.0131 * i * i));
}

/** Sets the trained weights of a head by the formula. */
export function fill(model: tfl.LayersModel): void {
  for (const weight of model.trainableWeights) {
    const name = weight.originalName;
    const shape = weight.shape.map(Number);
    const affine = (value: number): number => {
      if (name.endsWith('kernel')) return value / Math.sqrt(shape[0]);
      return name.endsWith('gamma') ? 1 + 0.3 * value : 0.2 * value;
    };
    const values = formula(name, shape.reduce((a, b) => a * b)).map(affine);
    tf.tidy(() => { weight.write(tf.tensor(values, shape)); });
  }
}
