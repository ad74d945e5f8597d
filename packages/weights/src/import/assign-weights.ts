import {tensor, tidy, transpose, type Variable} from '@tensorflow/tfjs-core';
import {show} from '@contrastive/internal';
import {namedWeights} from '@contrastive/layers';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkNumbers} from '../check-numbers.js';
import {torchNames, toTorchShape} from './kernels.js';
import type {TensorFile} from './tensor-file.js';

/** A weight of a model, with the name that its tensor has in a file. */
export interface Pair {
  readonly name: string;
  readonly variable: Variable;
}

/** The weights of a model with the names of their tensors, of which a file knows what a layer is called. */
export const pairsOf = (model: LayersModel, nameOf: (layer: string, tensor: string) => string): Pair[] =>
  namedWeights(model, '').map(({name, variable}) => {
    const [, layer, weight] = name.split('/');
    return {name: nameOf(layer, torchNames[weight]), variable};
  });

/** The most names that a message lists. */
const MOST = 8;

const listed = (names: readonly string[]): string =>
  `${names.slice(0, MOST).join(', ')}${names.length > MOST ? `, … (${names.length} in all)` : ''}`;

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/**
 * Throws unless a file has a tensor of the right shape for every weight, and no other among those that it should.
 *
 * @param own The names of the tensors that must all be weights.
 */
export function checkPairs(where: string, {tensors}: TensorFile, pairs: readonly Pair[], own: readonly string[]): void {
  const known = new Set(pairs.map(({name}) => name));
  const missing = pairs.filter(({name}) => !tensors.has(name)).map(({name}) => show(name));
  const extra = own.filter(name => !known.has(name)).map(name => show(name));
  const other = pairs.flatMap(({name, variable}) => {
    const shape = tensors.get(name)?.shape;
    const wanted = toTorchShape(variable.shape);
    return shape === undefined || shapeText(shape) === shapeText(wanted)
      ? []
      : [`${show(name)} of ${shapeText(shape)} instead of ${shapeText(wanted)}`];
  });
  const wrong = [
    ...(missing.length > 0 ? [`without ${listed(missing)}`] : []),
    ...(extra.length > 0 ? [`with ${listed(extra)} besides`] : []),
    ...(other.length > 0 ? [`with ${listed(other)}`] : []),
  ];
  if (wrong.length === 0) return;
  const incomplete = extra.length + other.length === 0;
  const todo = incomplete ? 'it is incomplete: take a whole checkpoint' : 'this network cannot be built by resnet';
  throw new Error(
    `${where}: expected the ${pairs.length} tensors of a ResNet, got a file ${wrong.join(', and ')}; ${todo}.`,
  );
}

/** Where torch has the axes of our kernels: `[out, in, h, w]` is `[h, w, in, out]` here, `[out, in]` is `[in, out]`. */
const fromTorch = (rank: number): number[] => (rank === 4 ? [2, 3, 1, 0] : [1, 0]);

/**
 * Copies the tensors of a file into the weights that they are paired with; all must be finite, variances not
 * negative.
 *
 * @param onProgress Called after each tensor with how many numbers were copied, and how many there are.
 */
export async function assignWeights(
  where: string,
  file: TensorFile,
  pairs: readonly Pair[],
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const total = pairs.reduce((sum, {variable}) => sum + variable.size, 0);
  const memory = new ArrayBuffer(4 * Math.max(0, ...pairs.map(({variable}) => variable.size)));
  let done = 0;
  for (const {name, variable} of pairs) {
    const data = await file.readFloat32(name, memory);
    checkNumbers(where, name, data, name.endsWith('.running_var'));
    const shape = toTorchShape(variable.shape);
    tidy(() => {
      // Some backends keep the numbers that they are given, which are overwritten by the next tensor's.
      if (variable.rank === 1) variable.assign(tensor(data.slice(), shape));
      else variable.assign(transpose(tensor(data, shape), fromTorch(variable.rank)));
    });
    onProgress?.((done += variable.size), total);
  }
}
