import {Variable, type Tensor} from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkValue} from '@contrastive/internal';
import {modelRule} from './networks.js';

type Layer = LayersModel['layers'][number];
type Weight = Layer['weights'][number];

/** A weight of a model under its stable name, from {@link namedWeights}. */
export interface NamedWeight {
  /** `<prefix>/<layer>/<weight>`, for example `encoder/layer1.0.conv1/kernel`. */
  readonly name: string;
  /** The live variable, the model's. */
  readonly variable: Variable;
  /** Whether it is trained as things stand: frozen layers and running statistics are not. */
  readonly trainable: boolean;
  /** Whether it is of a kind that is trained (kernels, biases, γ, β), frozen or not; false for running statistics. */
  readonly parameter: boolean;
}

const isModel = (layer: Layer): layer is LayersModel => 'layers' in layer;

const isVariable = (tensor: Tensor): tensor is Variable => tensor instanceof Variable;

/** The live variable of a layer's weight, whose `read` is typed as a plain tensor. */
function liveVariable(weight: Weight): Variable {
  const value = weight.read();
  if (isVariable(value)) return value;
  throw new Error(
    `namedWeights: expected ${weight.name} as a variable, got another tensor; install one copy of TensorFlow.js.`,
  );
}

/**
 * The weight's name within its layer: TensorFlow.js names it `<scopes>/<layer>/<weight>` before it makes the name
 * unique.
 */
function localName(layer: Layer, {originalName}: Weight): string {
  const full = `/${originalName}`;
  const scope = `/${layer.name}/`;
  const at = full.lastIndexOf(scope);
  return at < 0 ? full.slice(full.lastIndexOf('/') + 1) : full.slice(at + scope.length);
}

/**
 * What the layer, or the one that it wraps, made as not trainable. Freezing a layer moves all its weights to
 * `nonTrainableWeights`, not to this list.
 */
function statistics(layer: Layer): ReadonlySet<unknown> {
  const field = (owner: unknown, name: string): unknown =>
    owner instanceof Object ? Reflect.get(owner, name) : undefined;
  const lists = [layer, field(layer, 'layer')].map(owner => field(owner, '_nonTrainableWeights'));
  return new Set(lists.flatMap(list => (Array.isArray(list) ? (list as unknown[]) : [])));
}

interface Found {
  /** `<prefix>/<layer>/<weight>`, as {@link namedWeights} has it. */
  readonly name: string;
  readonly weight: Weight;
  readonly parameter: boolean;
}

/** All weights of a model with their names, those of shared layers once for each place. */
export function* weightsOf(model: LayersModel, prefix: string): Generator<Found> {
  for (const layer of model.layers) {
    const path = `${prefix}/${layer.name}`;
    if (isModel(layer)) {
      yield* weightsOf(layer, path);
    } else {
      const fixed = statistics(layer);
      for (const weight of layer.weights)
        yield {name: `${path}/${localName(layer, weight)}`, weight, parameter: !fixed.has(weight)};
    }
  }
}

/**
 * The weights of a model as `<prefix>/<layer>/<weight>`, in the order of its layers; layers of a nested model come as
 * `<prefix>/<model>/<layer>/…`. The names do not depend on what else was built in the process, so weights of two models
 * pair by them; positions in `model.weights` depend on what is frozen.
 *
 * @param model Left alone; the variables stay its own.
 * @param prefix What the names begin with, for example `encoder`.
 * @throws `Error` when two weights come to one name, or a weight is of another copy of TensorFlow.js.
 * @example
 * ```ts
 * for (const {name, variable} of namedWeights(encoder, 'encoder')) console.log(name, variable.shape);
 * ```
 */
export function namedWeights(model: LayersModel, prefix: string): NamedWeight[] {
  checkValue('namedWeights', 'model', model, modelRule);
  const trainable = new Set(model.trainableWeights);
  const seen = new Map<string, Found>();
  for (const found of weightsOf(model, prefix)) {
    const other = seen.get(found.name);
    if (other !== undefined && other.weight !== found.weight) {
      throw new Error(
        `namedWeights: expected one weight called ${found.name}, got two; give each layer of the model its own name.`,
      );
    }
    seen.set(found.name, found);
  }
  return [...seen.values()].map(({name, weight, parameter}) => ({
    name,
    variable: liveVariable(weight),
    trainable: trainable.has(weight),
    parameter,
  }));
}
