import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type {BatchNormCall} from './contrastive-batch-norm.js';
import {forget} from './forget.js';
import {callsOf, isGraph, isPadding, type Call} from './graph.js';
import {currentTape, sharing} from './tape.js';

/** How a tensor is computed again, from tensors that the tape keeps anyway. */
interface Recipe {
  readonly from: readonly tf.Tensor[];
  readonly again: (from: readonly tf.Tensor[]) => tf.Tensor;
}

/** Values by the id of their symbol. */
export type Values = Map<number, tf.Tensor>;

/** What a feed becomes: of the dtype that the graph says, as the stock executor has it. */
export const fed = (symbol: tfl.SymbolicTensor, value: tf.Tensor): tf.Tensor =>
  value.dtype === symbol.dtype ? value : tf.cast(value, symbol.dtype);

/** Zeros around images; the stock op's gradient saves them, of which it needs the shape only. */
function pad(
  layer: tfl.layers.Layer,
  images: tf.Tensor,
  kwargs: BatchNormCall,
): {y: tf.Tensor; again: Recipe['again']} {
  const {padding, dataFormat} = layer.getConfig() as {
    padding: [[number, number], [number, number]];
    dataFormat: string;
  };
  const [[top], [left]] = padding;
  const again: Recipe['again'] = ([x]) => layer.call(x, {...kwargs}) as tf.Tensor;
  const op = tf.customGrad(x => ({
    value: again([x as tf.Tensor]),
    gradFunc: (dy: tf.Tensor) =>
      tf.slice(dy, dataFormat === 'channelsFirst' ? [0, 0, top, left] : [0, top, left, 0], images.shape),
  }));
  return {y: op(images), again};
}

/** The recipe of ReLU of BatchNorm, where the backend has a kernel for it. */
function normRecipe(y: tf.Tensor): Recipe | undefined {
  const node = currentTape()?.findLast(({kernelName, outputs}) => kernelName === 'NormRelu' && outputs[0].id === y.id);
  const again: Recipe['again'] = ([x, gamma, beta, statistics]) =>
    tf.engine().runKernel('NormReluAgain', {x, gamma, beta, statistics}, {relu: true});
  return node?.saved && {from: node.saved, again};
}

/** The results of a call, with the recipe of the only one where there is a cheap one. */
function perform(
  {layer, norm}: Call,
  inputs: tf.Tensor[],
  recipe: Recipe | undefined,
  kwargs: BatchNormCall,
): {results: tf.Tensor[]; recipe?: Recipe} {
  const [x, shortcut] = inputs as [tf.Tensor, tf.Tensor?];
  if (norm) {
    const y = norm.train(x, kwargs, {shortcut, relu: true});
    return {results: [y], recipe: normRecipe(y)};
  }
  if (isPadding(layer)) {
    const {y, again} = pad(layer, x, kwargs);
    // Its own, as the value may be freed before the reader of the padded images keeps it.
    const {from, again: before} = recipe ?? {from: currentTape() ? [sharing(x)] : [], again: ([one]) => one};
    return {results: [y], recipe: {from, again: tensors => again([before(tensors)])}};
  }
  if (isGraph(layer)) {
    return {results: run(layer, inputs, kwargs).map(y => (inputs.includes(y) ? tf.clone(y) : y))};
  }
  // Layers write into the keyword arguments that they are given.
  return {results: [layer.apply(inputs, {...kwargs}) as tf.Tensor | tf.Tensor[]].flat()};
}

/**
 * Makes calls one after the other and frees each value after its last reader: what an operation needs for its gradient
 * it keeps by itself.
 *
 * @param given Borrowed.
 * @param wanted The symbols whose values are asked for.
 */
export function follow(
  calls: readonly Call[],
  given: Values,
  wanted: readonly number[],
  kwargs: BatchNormCall,
): Values {
  const start = tf.tidy(() => tf.scalar(0).id);
  const values: Values = new Map(given);
  const recipes = new Map<number, Recipe>();
  const lastReader = new Map(calls.flatMap((call, i) => call.inputs.map(({id}) => [id, i] as const)));
  // Not what a layer holds on to: a weight, something kept, a value that stands for another symbol too.
  const dispose = (value: tf.Tensor): void => {
    const ours = value.id > start && !value.kept && !(value instanceof tf.Variable);
    if (ours && ![...values.values()].includes(value)) value.dispose();
  };
  const free = (id: number): void => {
    const value = values.get(id);
    if (value === undefined || given.has(id) || wanted.includes(id)) return;
    values.delete(id);
    dispose(value);
  };
  calls.forEach((call, i) => {
    const ids = call.inputs.map(({id}) => id);
    const inputs = ids.map(id => values.get(id) as tf.Tensor);
    const before = currentTape()?.length ?? 0;
    const {results, recipe} = perform(call, inputs, recipes.get(ids[0]), kwargs);
    const nodes = currentTape()?.slice(before) ?? [];
    ids.forEach((id, at) => {
      const made = recipes.get(id);
      // A recipe of a norm is made from what its operation keeps.
      if (made && !(call.norm && recipe)) forget(nodes, inputs[at], made.from, made.again);
    });
    call.outputs.forEach((symbol, at) => {
      // A layer with several outputs is called for each.
      if (values.has(symbol.id)) dispose(results[at]);
      else values.set(symbol.id, fed(symbol, results[at]));
    });
    if (recipe) recipes.set(call.outputs[0].id, recipe);
    for (const id of new Set(ids)) if (lastReader.get(id) === i) free(id);
    for (const {id} of call.outputs) if (!lastReader.has(id)) free(id);
  });
  return values;
}

/**
 * The outputs of a model in training.
 *
 * @param inputs Borrowed; an output may be one of them.
 */
export function run(model: tfl.LayersModel, inputs: readonly tf.Tensor[], kwargs: BatchNormCall): tf.Tensor[] {
  return tf.tidy(() => {
    const given: Values = new Map(model.inputs.map((symbol, i) => [symbol.id, fed(symbol, inputs[i])]));
    const wanted = model.outputs.map(({id}) => id);
    const values = follow(callsOf(model), given, wanted, kwargs);
    return wanted.map(id => values.get(id) as tf.Tensor);
  });
}
