import {createHash} from 'node:crypto';
import {namedWeights} from '@contrastive/layers';
import {golden} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** A network's results in torchvision: of large tensors a sample. */
interface Case {
  readonly block: 'basic' | 'bottleneck';
  readonly depths: number[];
  readonly width: number;
  readonly stem: 'imagenet' | 'cifar';
  readonly images: [number, number, number, number];
  readonly inference: number[];
  readonly training: number[];
  /** Which of the two the gradients are of. */
  readonly gradientsIn: 'inference' | 'training';
  readonly gradients: Record<string, {readonly values: number[]; readonly largest: number}>;
  /** Running statistics after one step. */
  readonly running: Record<string, number[]>;
  /** SHA-256 of the sorted names of the weights, a line each. */
  readonly names: string;
}

interface Golden {
  readonly cases: Record<string, Case>;
  readonly presets: Record<string, Case>;
  /** Features of two images of some sizes by the small network of the test. */
  readonly sizes: Record<'imagenet' | 'cifar', Record<string, number[]>>;
  readonly counts: Record<string, number>;
  readonly fullWidth: Record<string, Pick<Case, 'images' | 'inference' | 'training'>>;
}

export const expected = golden(import.meta.url, 'resnet') as Golden;

const kinds: Readonly<Record<string, string>> = {
  kernel: 'weight',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

/** The hash of the weights' names as torch has them: `layer1.0.bn1/gamma` is `layer1.0.bn1.weight`. */
export function hashOfNames(model: tfl.LayersModel): string {
  const names = model.weights.map(({originalName}) => {
    const [layer, kind] = originalName.split('/');
    return `${layer}.${kinds[kind]}`;
  });
  return createHash('sha256').update(names.sort().join('\n')).digest('hex');
}

/** The live weight of that name. */
export function weightOf(model: tfl.LayersModel, name: string): tf.Variable {
  const found = namedWeights(model, '').find(weight => weight.name === `/${name}`);
  if (found === undefined) throw new Error(`no weight ${name}`);
  return found.variable;
}

/** How many numbers are trained. */
export const trainedNumbers = (model: tfl.LayersModel): number =>
  model.trainableWeights.reduce((sum, weight) => sum + tf.util.sizeFromShape(weight.shape.map(Number)), 0);
