import type {LayersModel} from '@tensorflow/tfjs-layers';
import {show} from '@contrastive/internal';
import {namedWeights} from '@contrastive/layers';
import type {TensorToWrite} from '@contrastive/safetensors';
import {toTorchKernel, toTorchShape, torchNames} from '../import/kernels.js';
import {layouts, type Layout} from '../import/layouts.js';

/** How the layers of an exported network may be called. */
export type ExportNames = 'torchvision' | 'huggingface';

/** A layer of a ResNet, as torchvision and `resnet` call it. */
const LAYER = /^(layer\d+\.\d+\.)?(conv\d|bn\d|downsample\.[01])$/;

/** A layer's name among those names. */
export const layerNamer = (names: ExportNames): Layout['layer'] =>
  layouts.find(({name}) => name === names)?.layer ?? (layer => layer);

/**
 * The weights of a ResNet as torch has them, by the names of torchvision or transformers, in the order of the layers.
 * No bit of a number changes; they are read when they are written. BatchNorm has a count of batches, 0.
 *
 * @throws Error for a network with other layers than `resnet` makes.
 */
export function stateDictOf(
  where: string,
  encoder: LayersModel,
  names: ExportNames,
): ReadonlyMap<string, TensorToWrite> {
  const nameOf = layerNamer(names);
  const tensors = new Map<string, TensorToWrite>();
  for (const {name, variable} of namedWeights(encoder, '')) {
    const [, layer, weight] = name.split('/');
    const kind = torchNames[weight] as string | undefined;
    if (!LAYER.test(layer) || kind === undefined) {
      throw new Error(
        `${where}: expected an encoder that resnet or importEncoder made, for safetensors, got one with ` +
          `${show(layer)}; export it with {format: 'tfjs'}.`,
      );
    }
    const {shape} = variable;
    const data = async (): Promise<Float32Array> => {
      const values = await variable.data<'float32'>();
      return shape.length === 4 ? toTorchKernel(values, shape) : values;
    };
    const at = nameOf(layer);
    tensors.set(`${at}.${kind}`, {dtype: 'F32', shape: toTorchShape(shape), data});
    if (kind === 'running_var')
      tensors.set(`${at}.num_batches_tracked`, {dtype: 'I64', shape: [], data: BigInt64Array.of(0n)});
  }
  return tensors;
}
