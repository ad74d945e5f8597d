import * as tfl from '@tensorflow/tfjs-layers';
import {pairsOf, type Pair} from './assign-weights.js';
import type {Found} from './layouts.js';
import type {TensorFile} from './tensor-file.js';

/** A head, and where its weights are in the file. */
interface Head {
  readonly model: tfl.LayersModel;
  readonly pairs: readonly Pair[];
}

const UP = '../';

/** Where a layer of the head is in a file. */
const pathOf = (prefix: string, layer: string): string =>
  layer.startsWith(UP) ? prefix.replace(/[^.]*\.$/, '') + layer.slice(UP.length) : `${prefix}${layer}`;

/**
 * The linear layers behind an encoder, a ReLU between two: torchvision's and MoCo v1's `fc`, MoCo v2's `fc.0` and
 * `fc.2`, transformers' `classifier.1`; undefined where there are none.
 *
 * @param features How many numbers the encoder puts out.
 */
export function headOf(where: string, file: TensorFile, found: Found, features: number): Head | undefined {
  const {layout, prefix} = found;
  const has = (layer: string): boolean => file.tensors.has(`${pathOf(prefix, layer)}.weight`);
  const layers = layout.heads.find(names => names.every(has));
  if (layers === undefined) return undefined;
  const paths = new Map<string, string>();
  const stack = layers.map((layer, i) => {
    const path = pathOf(prefix, layer);
    const [units = 1, inputs = features] = file.tensors.get(`${path}.weight`)?.shape ?? [];
    if (i === 0 && inputs !== features) {
      throw new Error(
        `${where}: expected ${features} inputs of '${path}', which the encoder gives, got ${inputs}; this network ` +
          'cannot be built by resnet.',
      );
    }
    const name = layer.replace(UP, '');
    paths.set(name, path);
    const useBias = file.tensors.has(`${path}.bias`);
    return {name, units, useBias, ...(i === 0 && {inputShape: [features]})};
  });
  const model = tfl.sequential({name: 'head'});
  for (const [i, config] of stack.entries()) {
    if (i > 0) model.add(tfl.layers.reLU({name: `${config.name}.relu`}));
    model.add(tfl.layers.dense(config));
  }
  return {model, pairs: pairsOf(model, (layer, tensor) => `${paths.get(layer) ?? layer}.${tensor}`)};
}
