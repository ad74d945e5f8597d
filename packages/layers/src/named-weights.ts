import {Variable, type Tensor} from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';

type Layer = LayersModel['layers'][number];
type Weight = Layer['weights'][number];

/** A weight of a model under its stable name. */
export interface NamedWeight {
  readonly name: string;
  readonly variable: Variable;
  readonly trainable: boolean;
}

const isModel = (layer: Layer): layer is LayersModel => 'layers' in layer;

const isVariable = (tensor: Tensor): tensor is Variable => tensor instanceof Variable;

/** The live variable of a layer's weight, whose `read` is typed as a plain tensor. */
function liveVariable(weight: Weight): Variable {
  const value = weight.read();
  if (isVariable(value)) return value;
  throw new Error(`createSimCLR: the weight ${weight.name} is no variable; is the model from another copy of TensorFlow.js?`);
}

/** The weight's name within its layer: TensorFlow.js names it `<scopes>/<layer>/<weight>` before it makes the name unique. */
function localName(layer: Layer, {originalName}: Weight): string {
  const full = `/${originalName}`;
  const scope = `/${layer.name}/`;
  const at = full.lastIndexOf(scope);
  return at < 0 ? full.slice(full.lastIndexOf('/') + 1) : full.slice(at + scope.length);
}

function* walk(model: LayersModel, prefix: string): Generator<readonly [name: string, weight: Weight]> {
  for (const layer of model.layers) {
    const path = `${prefix}/${layer.name}`;
    if (isModel(layer)) yield* walk(layer, path);
    else for (const weight of layer.weights) yield [`${path}/${localName(layer, weight)}`, weight];
  }
}

/**
 * The weights of a model as `<prefix>/<layer>/<weight>`, in the order of its layers; layers of a nested model come as `<prefix>/<model>/<layer>/…`.
 *
 * @throws `Error` when two weights come to one name.
 */
export function namedWeights(model: LayersModel, prefix: string): NamedWeight[] {
  const trainable = new Set(model.trainableWeights);
  const seen = new Map<string, Weight>();
  for (const [name, weight] of walk(model, prefix)) {
    const other = seen.get(name);
    if (other !== undefined && other !== weight) {
      throw new Error(`createSimCLR: two weights are called ${name}; give each layer of the model its own name.`);
    }
    seen.set(name, weight);
  }
  return [...seen].map(([name, weight]) => ({
    name,
    variable: liveVariable(weight),
    trainable: trainable.has(weight),
  }));
}
