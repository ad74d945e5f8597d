import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** Value i of the tensor called `name`: the formula of scripts/golden/resnet.py. */
export function formula(name: string, size: number): number[] {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  const start = ((hash >>> 0) % 1000) / 100;
  return Array.from({length: size}, (_, i) => Math.sin(start + 0.37 * i + 0.0131 * i * i));
}

const suffixes: Readonly<Record<string, string>> = {
  kernel: 'weight',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

/** The name that torch gives a weight: `layer1.0.bn1/gamma` is `layer1.0.bn1.weight`. */
export function torchName(weight: tfl.LayerVariable): string {
  const [layer, kind] = weight.originalName.split('/');
  return `${layer}.${suffixes[kind]}`;
}

/** Sets every weight of a model by the formula. */
export function fill(model: tfl.LayersModel): void {
  for (const weight of model.weights) {
    const name = torchName(weight);
    const shape = weight.shape.map(Number);
    const values = formula(name, shape.reduce((a, b) => a * b));
    const [kh, kw, , out] = shape;
    const affine = (value: number): number => {
      if (shape.length === 4) return value * Math.sqrt(4 / (kh * kw * out));
      if (name.endsWith('running_var')) return 1 + 0.4 * value;
      return name.endsWith('weight') ? 1 + 0.3 * value : 0.2 * value;
    };
    tf.tidy(() => { weight.write(tf.tensor(values.map(affine), shape)); });
  }
}
