import * as tf from '@tensorflow/tfjs-core';
import type {Architecture, EncoderFromOptions, TensorFile} from '@contrastive/weights';
import {namedWeights} from '@contrastive/layers';
import {resnet} from '@contrastive/resnet';
import {fillByFormula, formula, golden} from '@contrastive/testing';

/** An encoder as a library saves it: see scripts/golden/torch-encoders.py. */
export interface GoldenEncoder {
  readonly name: string;
  readonly prefix: string;
  readonly images: [number, number, number, number];
  readonly architecture: Architecture;
  readonly options: EncoderFromOptions;
  /** For each tensor of the file the weight of ours that it is, and its shape in torch. */
  readonly tensors: Readonly<Record<string, {readonly from: string; readonly shape: number[]}>>;
  readonly features: number[];
  readonly outputs?: number[];
}

export const {encoders} = golden(import.meta.url, 'torch-encoders') as {readonly encoders: readonly GoldenEncoder[]};

/** The golden encoder of a name. */
export function encoderOf(name: string): GoldenEncoder {
  const found = encoders.find(one => one.name === name);
  if (found === undefined) throw new Error(`no golden encoder ${name}`);
  return found;
}

/** How images are prepared, where nothing says so. */
export const preparation = {channels: 3, size: 32, crop: 1, interpolation: 'bilinear'} as const;

/** The numbers of each tensor of a golden encoder as torch lays them out: by the formula that the script has too. */
export function tensorsOf({architecture, tensors}: GoldenEncoder): Map<string, Float32Array> {
  const {channels, innerWidth, ...options} = architecture;
  const model = resnet({...options, ...(innerWidth && {innerWidth}), inputShape: [null, null, channels]});
  fillByFormula(model);
  const weights = new Map(namedWeights(model, '').map(({name, variable}) => [name.slice(1), variable as tf.Tensor]));
  const found = Object.entries(tensors).map(([name, {from, shape}]): [string, Float32Array] => {
    const values = tf.tidy(() => {
      const size = tf.util.sizeFromShape(shape);
      const tensor = weights.get(from) ?? tf.tensor(formula(from, size), shape.toReversed());
      return tensor.transpose(tensor.rank === 4 ? [3, 2, 0, 1] : undefined).dataSync<'float32'>();
    });
    return [name, Float32Array.from(values)];
  });
  model.dispose();
  return new Map(found);
}

/** A file of a golden encoder, with counts of batches, and what else is given. */
export function fileOf(encoder: GoldenEncoder, others: Readonly<Record<string, number[]>> = {}): TensorFile {
  const values = tensorsOf(encoder);
  const shapes = new Map(Object.entries(encoder.tensors).map(([name, {shape}]) => [name, {dtype: 'F32', shape}]));
  for (const name of [...shapes.keys()].filter(one => one.endsWith('.running_mean')))
    shapes.set(name.replace('running_mean', 'num_batches_tracked'), {dtype: 'I64', shape: []});
  for (const [name, shape] of Object.entries(others)) shapes.set(name, {dtype: 'F32', shape});
  return {tensors: shapes, readFloat32: async name => values.get(name)?.slice() ?? new Float32Array(1)};
}
