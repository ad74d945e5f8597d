import {batchNorm, type BatchNormOptions} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** `offset + sin(start + slope · i + bend · i²)`, as the golden values' script computes it. */
export const chirp = (shape: number[], start: number, slope: number, bend: number, offset = 0): tf.Tensor =>
  tf.tensor(
    Array.from({length: shape.reduce((a, b) => a * b)}, (_, i) => offset + Math.sin(start + slope * i + bend * i * i)),
    shape,
  );

/** A layer built for `shape`, its γ and β set by the formulas of the golden values. */
export function built(shape: number[], options: BatchNormOptions = {}): tfl.layers.Layer {
  const c = shape[shape.length - 1];
  const layer = batchNorm({name: 'bn', ...options});
  layer.build([null, ...shape.slice(1)]);
  tf.tidy(() => {
    for (const weight of layer.trainableWeights) {
      const value = (j: number): number =>
        weight.originalName.endsWith('gamma') ? 1 + 0.3 * Math.sin(1 + j) : 0.2 * Math.sin(2 + j);
      weight.write(tf.tensor1d(Array.from({length: c}, (_, j) => value(j))));
    }
  });
  return layer;
}

/** A layer's weight by the end of its name. */
export function read(layer: tfl.layers.Layer, name: string): tf.Tensor {
  const weight = layer.weights.find(({originalName}) => originalName.endsWith(name));
  if (!weight) throw new Error(`no weight ${name}`);
  return weight.read();
}

/** Applies a layer, in training by default. */
export const apply = (layer: tfl.layers.Layer, x: tf.Tensor, kwargs: object = {}): tf.Tensor =>
  layer.apply(x, {training: true, ...kwargs}) as tf.Tensor;

/** Takes the training kernels away, so that the layer composes stock ops on any backend; the result puts them back. */
export function hideKernel(): () => void {
  const names = ['BatchNormTraining', 'NormRelu', 'NormAddRelu'];
  const kernels = names.flatMap(name => (tf.getKernel(name, tf.getBackend()) as tf.KernelConfig | undefined) ?? []);
  for (const {kernelName, backendName} of kernels) tf.unregisterKernel(kernelName, backendName);
  return () => {
    kernels.forEach(tf.registerKernel);
  };
}
