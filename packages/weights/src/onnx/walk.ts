import type {Tensor} from '@tensorflow/tfjs-core';
import type {LayersModel, SymbolicTensor} from '@tensorflow/tfjs-layers';
import {show} from '@contrastive/internal';
import {namedWeights} from '@contrastive/layers';
import type {Weight, Zeros} from './call.js';
import type {Graph} from './graph.js';
import {converters, zerosOf} from './layers.js';

type Layer = SymbolicTensor['sourceLayer'];

/** Where symbols are looked up: a model, called once. */
interface Scope {
  /** Names in the graph by the symbols' numbers. */
  readonly values: Map<number, string>;
  /** What names of layers begin with. */
  readonly path: string;
}

const isModel = (layer: Layer): layer is LayersModel => 'layers' in layer;

const NO_ZEROS: Zeros = [0, 0, 0, 0];

/** Layers that add zeros themselves where they have no padding of their own. */
const PADDING = ['Conv2D', 'DepthwiseConv2D', 'SeparableConv2D'];

/** The weights of layers by their variables: a layer may lie in a model within the model, or at its beginning. */
type Weights = ReadonlyMap<Tensor, Weight>;

/** All weights of a model. */
export async function readWeights(model: LayersModel): Promise<Weights> {
  const weights = new Map<Tensor, Weight>();
  for (const {name, variable} of namedWeights(model, ''))
    weights.set(variable, {name: name.slice(1), values: await variable.data<'float32'>(), shape: variable.shape});
  return weights;
}

/** A layer's weight of a name. */
function weightIn(weights: Weights, layer: Layer, name: string): Weight | undefined {
  const own = layer.weights.map(variable => weights.get(variable.read()));
  return own.find(weight => weight?.name.endsWith(`/${name}`));
}

/**
 * Adds what a model calculates to a graph, layer by layer, those of models within it too.
 *
 * @param input The name of what goes in.
 * @returns The name of what comes out.
 * @throws Error for a layer that is not among `converters`, or cannot be written as it is set.
 */
export function addModel(where: string, graph: Graph, model: LayersModel, weights: Weights, input: string): string {
  const valueOf = (symbol: SymbolicTensor, scope: Scope): string => {
    const known = scope.values.get(symbol.id);
    if (known !== undefined) return known;
    const layer = symbol.sourceLayer;
    const made = isModel(layer) ? ofModel(symbol, layer, scope) : ofLayer(symbol, layer, scope);
    scope.values.set(symbol.id, made);
    return made;
  };

  const ofModel = (symbol: SymbolicTensor, inner: LayersModel, scope: Scope): string => {
    const node = inner.inboundNodes.find(({outputTensors}) => outputTensors.includes(symbol));
    const output = node?.outputTensors.indexOf(symbol) ?? 0;
    const values = inner.inputs.map(({id}, i) => [id, valueOf(symbol.inputs[i], scope)] as const);
    return valueOf(inner.outputs[output], {values: new Map(values), path: `${scope.path}${inner.name}/`});
  };

  const ofLayer = (symbol: SymbolicTensor, layer: Layer, scope: Scope): string => {
    const kind = layer.getClassName();
    const path = `${scope.path}${layer.name}`;
    const convert = converters[kind];
    if (convert === undefined) {
      throw new Error(
        `${where}: expected layers of the classes ${Object.keys(converters).join(', ')}, got ${show(path)} of ` +
          `${kind}; cut the network before it, or build it of those.`,
      );
    }
    const config = layer.getConfig();
    const padded = PADDING.includes(kind) && config.padding === 'valid' ? paddingBefore(symbol) : undefined;
    const inputs = padded?.inputs ?? symbol.inputs;
    return convert({
      graph,
      path,
      config,
      inputs: inputs.map(one => valueOf(one, scope)),
      shapes: inputs.map(({shape}) => shape),
      zeros: padded ? zerosOf(padded.sourceLayer.getConfig()) : NO_ZEROS,
      weight: name => weightIn(weights, layer, name),
      refuse: (expected, got) => {
        throw new Error(
          `${where}: expected ${expected} of ${kind} ${show(path)}, got ${show(got)}; cut the network before it.`,
        );
      },
    });
  };

  /** The result of a layer that adds zeros, before a layer that can do so itself. */
  const paddingBefore = ({inputs: [before]}: SymbolicTensor): SymbolicTensor | undefined =>
    before.sourceLayer.getClassName() === 'ZeroPadding2D' &&
    before.sourceLayer.getConfig().dataFormat === 'channelsLast'
      ? before
      : undefined;

  const [output] = model.outputs;
  return valueOf(output, {values: new Map([[model.inputs[0].id, input]]), path: ''});
}
