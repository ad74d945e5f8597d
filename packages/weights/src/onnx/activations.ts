import {axisIn, type Convert, type LayerCall} from './call.js';

/** A number as a constant of its own, once for a value. */
export const scalar = ({graph}: LayerCall, value: number): string =>
  graph.floats(`scalar ${value}`, Float32Array.of(value), []);

/** The softmax along an axis as TensorFlow.js counts it. */
const softmax = ({graph, path, shapes: [{length}]}: LayerCall, input: string, axis: number): string =>
  graph.node('Softmax', path, [input], {axis: axisIn(length, axis)});

const simple =
  (op: string) =>
  ({graph, path}: LayerCall, input: string): string =>
    graph.node(op, path, [input]);

const clip = (call: LayerCall, input: string, most: number): string =>
  call.graph.node('Clip', call.path, [input, scalar(call, 0), scalar(call, most)]);

/** What the activations of TensorFlow.js are, by their names. */
const activations: Readonly<Partial<Record<string, (call: LayerCall, input: string) => string>>> = {
  linear: (_call, input) => input,
  relu: simple('Relu'),
  relu6: (call, input) => clip(call, input, 6),
  sigmoid: simple('Sigmoid'),
  tanh: simple('Tanh'),
  softmax: (call, input) => softmax(call, input, -1),
  elu: simple('Elu'),
  selu: simple('Selu'),
  softplus: simple('Softplus'),
  softsign: simple('Softsign'),
  hardSigmoid: simple('HardSigmoid'),
  swish: ({graph, path}, input) => graph.node('Mul', path, [input, graph.node('Sigmoid', `${path}/sigmoid`, [input])]),
};

/** Applies the activation that a layer's configuration names. */
export function activated(call: LayerCall, input: string): string {
  const {activation = 'linear'} = call.config;
  const apply = activations[String(activation)];
  return apply?.(call, input) ?? call.refuse(`one of ${Object.keys(activations).join(', ')} as activation`, activation);
}

/** Layers that are activations. */
export const activationLayers: Readonly<Record<string, Convert>> = {
  Activation: call => activated(call, call.inputs[0]),
  ReLU(call) {
    const {maxValue} = call.config;
    return typeof maxValue === 'number' ? clip(call, call.inputs[0], maxValue) : simple('Relu')(call, call.inputs[0]);
  },
  LeakyReLU: ({graph, path, config, inputs}) =>
    graph.node('LeakyRelu', path, inputs, {alpha: {float: Number(config.alpha ?? 0.3)}}),
  ELU: call => simple('Elu')(call, call.inputs[0]), // it refuses an alpha but 1
  Softmax(call) {
    const axes = [call.config.axis].flat() as readonly number[]; // as its getConfig gives it
    return axes.length === 1 ? softmax(call, call.inputs[0], axes[0]) : call.refuse('one axis', axes);
  },
};
