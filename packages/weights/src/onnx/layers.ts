import {activated, activationLayers, scalar} from './activations.js';
import {axisIn, checkChannelsLast, weightOf, type Convert, type LayerCall, type Zeros} from './call.js';
import {convolutionLayers} from './convolutions.js';
import {poolingLayers} from './pooling.js';

/** Channels first and channels last: where each axis comes from. */
const TO_LAST = [0, 2, 3, 1];
const TO_FIRST = [0, 3, 1, 2];

const identity: Convert = ({inputs}) => inputs[0];

/** Combines values that have one number of axes. */
function merged(call: LayerCall, combine: (inputs: readonly string[]) => string): string {
  const ranks = call.shapes.map(({length}) => length);
  if (ranks.some(rank => rank !== ranks[0])) call.refuse('inputs with one number of axes', ranks);
  return combine(call.inputs);
}

const merging =
  (op: string): Convert =>
  call =>
    merged(call, inputs => call.graph.node(op, call.path, inputs));

/** Values in the order in which TensorFlow.js has them. */
const channelsLast = ({graph, path, inputs: [input], shapes: [{length}]}: LayerCall): string =>
  length === 4 ? graph.node('Transpose', `${path}/channels-last`, [input], {perm: TO_LAST}) : input;

/** Another shape, of which the first side, the images, stays. */
function reshaped(call: LayerCall, shape: readonly number[]): string {
  const {graph, path} = call;
  const sides = graph.integers(`${path}/shape`, [0, ...shape]);
  const last = graph.node('Reshape', shape.length === 3 ? `${path}/reshaped` : path, [channelsLast(call), sides]);
  return shape.length === 3 ? graph.node('Transpose', path, [last], {perm: TO_FIRST}) : last;
}

const batchNorm: Convert = call => {
  const {graph, path, inputs, shapes, config, weight, refuse} = call;
  const [{length: rank}] = shapes;
  const axis = [config.axis ?? -1].flat()[0] as number; // tf.keras 2 saves a list of one axis
  if ((rank !== 2 && rank !== 4) || axisIn(rank, axis) !== 1) refuse('the channels, the last axis, as axis', axis);
  const {values: mean} = weightOf(call, 'moving_mean');
  const {values: variance} = weightOf(call, 'moving_variance');
  const gamma = weight('gamma')?.values ?? new Float32Array(mean.length).fill(1);
  const beta = weight('beta')?.values ?? new Float32Array(mean.length);
  const vectors = {gamma, beta, moving_mean: mean, moving_variance: variance};
  const named = Object.entries(vectors).map(([name, values]) => graph.floats(`${path}/${name}`, values));
  return graph.node('BatchNormalization', path, [...inputs, ...named], {epsilon: {float: Number(config.epsilon)}});
};

/** The zeros that a ZeroPadding2D adds. */
export function zerosOf(config: Readonly<Record<string, unknown>>): Zeros {
  const [[top, bottom], [left, right]] = config.padding as readonly (readonly number[])[]; // as its getConfig gives it
  return [top, left, bottom, right];
}

/** What makes nodes of a layer, by its class. */
export const converters: Readonly<Partial<Record<string, Convert>>> = {
  ...convolutionLayers,
  ...poolingLayers,
  ...activationLayers,
  BatchNormalization: batchNorm,
  ContrastiveBatchNorm: batchNorm,
  Dense(call) {
    const {graph, path, inputs, shapes, weight, refuse} = call;
    const kernel = weightOf(call, 'kernel');
    if (shapes[0].length !== 2) return refuse('[n, d] as its input', shapes[0]);
    const bias = weight('bias');
    const operands = [
      ...inputs,
      graph.kernel(kernel, {...kernel, axis: 1}),
      ...(bias ? [graph.floats(bias.name, bias.values)] : []),
    ];
    return activated(call, graph.node('Gemm', path, operands));
  },
  ZeroPadding2D(call) {
    checkChannelsLast(call);
    const {graph, path, inputs, config} = call;
    const [top, left, bottom, right] = zerosOf(config);
    return graph.node('Pad', path, [...inputs, graph.integers(`${path}/pads`, [0, 0, top, left, 0, 0, bottom, right])]);
  },
  Rescaling(call) {
    const {graph, path, inputs, config} = call;
    const scaled = graph.node('Mul', `${path}/scaled`, [...inputs, scalar(call, Number(config.scale))]);
    return graph.node('Add', path, [scaled, scalar(call, Number(config.offset))]);
  },
  Add: merging('Sum'),
  Average: merging('Mean'),
  Maximum: merging('Max'),
  Minimum: merging('Min'),
  Multiply: call =>
    merged(call, inputs => inputs.reduce((product, input) => call.graph.node('Mul', call.path, [product, input]))),
  Concatenate: call =>
    merged(call, inputs =>
      call.graph.node('Concat', call.path, inputs, {axis: axisIn(call.shapes[0].length, Number(call.config.axis))}),
    ),
  Flatten(call) {
    checkChannelsLast(call);
    return call.shapes[0].length === 2 ? call.inputs[0] : reshaped(call, [-1]);
  },
  Reshape: call =>
    reshaped(
      call,
      (call.config.targetShape as readonly (number | null)[]).map(side => side ?? -1), // as its getConfig gives it
    ),
  Dropout: identity,
  GaussianNoise: identity,
  GaussianDropout: identity,
  AlphaDropout: identity,
};
