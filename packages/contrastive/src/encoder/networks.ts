import {forTraining} from '@contrastive/layers';
import {resnet, resnet101, resnet152, resnet18, resnet34, resnet50, type PresetOptions} from '@contrastive/resnet';
import {importEncoder, loadEncoder} from '@contrastive/weights/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {likely, nearest} from '@contrastive/internal';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {UsageError} from '../program/usage-error.js';

const presets: Readonly<Record<string, (options: PresetOptions) => LayersModel>> = {
  // Half the blocks of ResNet-18.
  resnet10: options => resnet({...options, depths: [1, 1, 1, 1], name: 'resnet10'}),
  resnet18,
  resnet34,
  resnet50,
  resnet101,
  resnet152,
};

/** Whether an encoder is one that is made here, not a file. */
export const isNamed = (encoder: string): boolean => Object.hasOwn(presets, encoder);

/** What a network is made of. */
export interface NetworkOptions {
  /** `resnet18` and so on, or the path of weights. */
  readonly encoder: string;
  readonly width?: number;
  /** Pixels of the images, each way. */
  readonly size: number;
  readonly channels: 1 | 3;
  readonly seed: number;
}

/** Whether weights are a layers model of TensorFlow.js. */
export const isLayersModel = (path: string): boolean =>
  path.endsWith('model.json') || existsSync(join(path, 'model.json'));

/** The encoder of weights of PyTorch, without a head that may be behind it. */
export async function importedFrom(path: string): Promise<LayersModel> {
  const {encoder, head} = await importEncoder(path);
  head?.dispose();
  return encoder;
}

/** An encoder of published weights, or of ours, to train on. */
export async function weightsFrom(where: string, path: string): Promise<LayersModel> {
  if (!existsSync(path)) {
    const names = Object.keys(presets);
    const alike = /^[\w-]+$/.test(path) ? likely(path, names) : undefined; // no file's name
    const advice = alike === undefined ? 'check the path.' : `did you mean ${alike}?`;
    throw new UsageError(
      `${where}: expected ${names.join(', ')} or a file or folder of weights as --encoder, got ${path}, which is not ` +
        `there; ${advice}`,
    );
  }
  if (!isLayersModel(path)) return importedFrom(path);
  const stock = await loadEncoder(path);
  const encoder = forTraining(stock);
  if (encoder !== stock) stock.dispose();
  return encoder;
}

/**
 * Makes a network with random weights: SimCLR's residual blocks start as the identity (γ = 0), where it is to learn.
 *
 * @throws UsageError for a name that is none.
 */
export function network({encoder, width = 64, size, channels, seed}: NetworkOptions, learns = false): LayersModel {
  if (!isNamed(encoder)) {
    const names = Object.keys(presets);
    throw new UsageError(
      `contrastive: expected ${names.join(', ')} as --encoder, got ${encoder}; did you mean ` +
        `${nearest(encoder, names) ?? ''}?`,
    );
  }
  const inputShape = [size, size, channels] as const;
  const stem = size <= 32 ? 'cifar' : 'imagenet';
  return presets[encoder]({width, stem, inputShape, zeroInitLastGamma: learns, seed});
}
