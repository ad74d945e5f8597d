import * as tfl from '@tensorflow/tfjs-layers';
import {className, type TrainedNorm} from './contrastive-batch-norm.js';

type Layer = tfl.layers.Layer;
type Symbol = tfl.SymbolicTensor;

/** A call of a layer in a model's graph, or of several layers as one. */
export interface Call {
  /** The layer, the last one where there are several. */
  readonly layer: Layer;
  readonly inputs: readonly Symbol[];
  readonly outputs: readonly Symbol[];
  /** Where BatchNorm, the sum with a shortcut (the second input, if there is one) and ReLU are one call: BatchNorm. */
  readonly norm?: TrainedNorm;
}

/** Whether somebody put functions of their own into an instance. */
const isChanged = (layer: Layer): boolean => Object.hasOwn(layer, 'call') || Object.hasOwn(layer, 'apply');

const named = (layer: Layer, name: string): boolean => layer.getClassName() === name && !isChanged(layer);

/** A method itself, to compare. */
const method = (of: object, name: 'call' | 'computeMask'): unknown => Reflect.get(of, name);

/** Whether a layer is a model whose graph can be walked: its call is the stock one. */
export const isGraph = (layer: Layer): layer is tfl.LayersModel =>
  layer instanceof tfl.LayersModel &&
  !isChanged(layer) &&
  [tfl.LayersModel, tfl.Sequential].some(({prototype}) => method(prototype, 'call') === method(layer, 'call'));

/** Whether a layer pads images with zeros, and no more. */
export const isPadding = (layer: Layer): boolean => named(layer, 'ZeroPadding2D');

/** How layers say that they make no mask where there was none. */
const maskless: ReadonlySet<unknown> = new Set(
  [tfl.layers.reLU, tfl.layers.add, tfl.layers.concatenate].map(make => method(make({name: 'stock'}), 'computeMask')),
);

/** The symbols of a graph in the order in which the stock executor computes them. */
function inOrder({inputs, outputs}: tfl.LayersModel): Symbol[] {
  const seen = new Set(inputs.map(({id}) => id));
  const order: Symbol[] = [];
  const visit = (symbol: Symbol): void => {
    if (seen.has(symbol.id)) return;
    for (const input of symbol.inputs.toReversed()) visit(input);
    seen.add(symbol.id);
    order.push(symbol);
  };
  outputs.forEach(visit);
  return order;
}

/** Whether nothing in the model has a mask or a state from call to call. */
export const isPlain = (model: tfl.LayersModel): boolean =>
  inOrder(model).every(
    ({sourceLayer}) =>
      !sourceLayer.stateful &&
      (isGraph(sourceLayer) ? isPlain(sourceLayer) : maskless.has(method(sourceLayer, 'computeMask'))),
  );

const isRelu = (layer: Layer): boolean =>
  named(layer, 'ReLU')
    ? (layer.getConfig().maxValue ?? undefined) === undefined
    : named(layer, 'Activation') && layer.getConfig().activation === 'relu';

/**
 * The calls of a model's graph, in the order of the stock executor; `[BatchNorm →] [+ →] ReLU` is one call where
 * nothing else sees what is between.
 */
export function callsOf(model: tfl.LayersModel): Call[] {
  const order = inOrder(model);
  const uses = new Map<number, number>();
  const use = ({id}: Symbol): void => {
    uses.set(id, (uses.get(id) ?? 0) + 1);
  };
  for (const {inputs} of order) inputs.forEach(use);
  model.outputs.forEach(use);
  /** Whether a symbol is made by such a layer, which is called once, for one reader. */
  const passes = ({id, sourceLayer}: Symbol, name: string): boolean =>
    named(sourceLayer, name) &&
    uses.get(id) === 1 &&
    order.filter(other => other.sourceLayer === sourceLayer).length === 1;

  const within = new Set<number>();
  const joined = (symbol: Symbol): Pick<Call, 'inputs' | 'norm'> => {
    const [input] = symbol.inputs;
    const sum = passes(input, 'Add') && input.inputs.length === 2 ? input : undefined;
    const normed = (sum?.inputs ?? [input]).find(one => passes(one, className) && 'train' in one.sourceLayer);
    if (normed === undefined) return symbol;
    within.add(normed.id);
    if (sum) within.add(sum.id);
    const shortcuts = sum ? sum.inputs.filter(one => one !== normed) : [];
    return {inputs: [...normed.inputs, ...shortcuts], norm: normed.sourceLayer as TrainedNorm};
  };
  const calls = order.map(symbol => {
    const {sourceLayer: layer} = symbol;
    const {outputTensors} = layer.inboundNodes.find(node => node.outputTensors.includes(symbol)) ?? {};
    const {inputs, norm} = isRelu(layer) ? joined(symbol) : {inputs: symbol.inputs, norm: undefined};
    return {id: symbol.id, layer, inputs, outputs: outputTensors ?? [symbol], ...(norm && {norm})};
  });
  return calls.filter(({id}) => !within.has(id));
}
