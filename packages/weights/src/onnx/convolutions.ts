import {toTorchKernel, toTorchShape} from '../import/kernels.js';
import {activated} from './activations.js';
import {checkChannelsLast, pair, weightOf, type Convert, type LayerCall, type Weight} from './call.js';
import {windowAttributes} from './padding.js';

/** Attributes of a convolution's node, and what is added to its result. */
interface Settings {
  readonly attributes: Parameters<LayerCall['graph']['node']>[3];
  readonly bias?: Weight;
}

/** Adds a convolution whose kernel is a weight, or one of the same numbers in another shape. */
function convolution(
  {graph}: LayerCall,
  path: string,
  input: string,
  weight: Weight,
  {attributes, bias}: Settings,
  shape = weight.shape,
): string {
  const kernel = {values: toTorchKernel(weight.values, shape), shape: toTorchShape(shape), axis: 0};
  const inputs = [input, graph.kernel(weight, kernel)];
  return graph.node('Conv', path, bias ? [...inputs, graph.floats(bias.name, bias.values)] : inputs, attributes);
}

/** The shape of a kernel of groups, `[h, w, 1, in · multiplier]`, for a depthwise one, `[h, w, in, multiplier]`. */
const grouped = ({shape: [height, width, inputs, multiplier]}: Weight): number[] => [
  height,
  width,
  1,
  inputs * multiplier,
];

function geometry(
  call: LayerCall,
  {shape}: Weight,
  dilationRate: unknown = call.config.dilationRate ?? 1,
): ReturnType<typeof windowAttributes> {
  checkChannelsLast(call);
  const strides = pair(call.config.strides);
  return windowAttributes(call, {size: [shape[0], shape[1]], strides, dilations: pair(dilationRate)});
}

/** Layers that are convolutions of images. */
export const convolutionLayers: Readonly<Record<string, Convert>> = {
  Conv2D(call) {
    const kernel = weightOf(call, 'kernel');
    const [, , inputs] = kernel.shape;
    const channels = call.shapes[0][3];
    if (channels !== inputs) return call.refuse('a convolution without groups', `${inputs} channels of ${channels}`);
    const settings = {attributes: geometry(call, kernel), bias: call.weight('bias')};
    return activated(call, convolution(call, call.path, call.inputs[0], kernel, settings));
  },
  DepthwiseConv2D(call) {
    const kernel = weightOf(call, 'depthwise_kernel');
    // The layer takes a dilation and calculates without one (tfjs-layers 4.22).
    const attributes = {...geometry(call, kernel, 1), group: kernel.shape[2]};
    const settings = {attributes, bias: call.weight('bias')};
    return activated(call, convolution(call, call.path, call.inputs[0], kernel, settings, grouped(kernel)));
  },
  SeparableConv2D(call) {
    const depthwise = weightOf(call, 'depthwise_kernel');
    const attributes = {...geometry(call, depthwise), group: depthwise.shape[2]};
    const path = `${call.path}/depthwise`;
    const between = convolution(call, path, call.inputs[0], depthwise, {attributes}, grouped(depthwise));
    const settings = {attributes: {kernel_shape: [1, 1]}, bias: call.weight('bias')};
    return activated(call, convolution(call, call.path, between, weightOf(call, 'pointwise_kernel'), settings));
  },
};
