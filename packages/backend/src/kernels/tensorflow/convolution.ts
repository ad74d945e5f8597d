import * as tf from '@tensorflow/tfjs-core';
import type {KernelSet} from '../../native/load-kernels.js';
import {replaceKernel} from '../register.js';
import type {NativeBackend} from './native-backend.js';
import {pointwise, type ConvolutionAttributes} from './pointwise.js';
import {tileSize} from './tile-size.js';

/** A convolution of images `[n, h, w, c]` with a filter `[kh, kw, c, d]`. */
interface Convolution {
  readonly images: readonly number[];
  readonly filter: readonly number[];
  /** The gradient of the result, in a backward pass. */
  readonly dy?: readonly number[];
}

/** Which of our kernels computes a convolution, with the attributes of the strided ones. */
interface Choice {
  readonly kind: 'Convolution' | 'Convolution4x4' | 'StridedConvolution';
  readonly attributes: Readonly<Record<'stride' | 'kernel' | 'height' | 'width', number>>;
}

const pair = (value: [number, number] | number): [number, number] =>
  typeof value === 'number' ? [value, value] : value;

/** Absent, 1 or [1, 1]. */
const isOne = (value: tf.NamedAttrMap[string] | undefined): boolean =>
  value === undefined || [value].flat().every(one => one === 1);

/** Whether the gradient of a result is of the shape that the result has; else the stock kernel says what is wrong. */
function agrees(
  {images: [batch, height, width], filter: [kernel, , , output], dy}: Convolution,
  stride: number,
  pad: number,
): boolean {
  const size = (side: number): number => Math.floor((side + 2 * pad - kernel) / stride) + 1;
  return dy === undefined || tf.util.arraysEqual([...dy], [batch, size(height), size(width), output]);
}

function choose(
  convolution: Convolution,
  {strides, pad, dilations, dataFormat}: Partial<ConvolutionAttributes>,
  convolutions?: 'f2',
): Choice | undefined {
  const {images, filter} = convolution;
  const [, height, width] = images;
  const [kernel, kernelWidth, input, output] = filter;
  const [stride, horizontal] = pair(strides ?? 1);
  const suits =
    images.length === 4 &&
    images.every(size => size > 0) &&
    kernel === kernelWidth &&
    stride === horizontal &&
    [input, output].every(channels => channels % 16 === 0 && channels <= 16384) &&
    isOne(dilations) &&
    (dataFormat ?? 'NHWC') === 'NHWC';
  if (!suits) return undefined;
  const attributes = {stride, kernel, height, width};
  if (kernel === 3 && stride === 1 && pad === 'same' && agrees(convolution, 1, 1)) {
    const large = convolutions !== 'f2' && tileSize(height, width) === 4;
    return {kind: large ? 'Convolution4x4' : 'Convolution', attributes};
  }
  // With more channels TensorFlow's are as fast.
  const strided =
    stride > 1 &&
    pad === 'valid' &&
    Math.min(height, width) >= kernel &&
    input * output <= 32768 &&
    agrees(convolution, stride, 0);
  return strided ? {kind: 'StridedConvolution', attributes} : undefined;
}

type Inputs = Record<string, tf.TensorInfo>;

/**
 * Puts our kernels (native/kernels/) in the place of TensorFlow's, forward and both gradients, where the channels are
 * multiples of 16 and
 *
 * - the filter is 3×3 with stride 1 and padding 'same': of the 9 multiplications a pixel and pair of channels that the
 *   direct sum takes, minimal filtering takes 4 by tiles of 2×2 pixels, with the same accuracy, and 2.25 by tiles of
 *   4×4, with errors four times as large (`tileSize` chooses);
 * - the stride is larger, without padding, and there are few channels: TensorFlow's are slow there.
 *
 * Convolutions of one pixel are products of matrices (`pointwise`).
 *
 * @param set The kernels that are loaded; without any, TensorFlow's remain for all but those of one pixel.
 * @param convolutions `f2` for tiles of 2×2 pixels only.
 */
export const registerConvolution = (set: KernelSet | undefined, convolutions?: 'f2'): void => {
  const register = (
    name: string,
    suffix: string,
    convolution: (inputs: Inputs, attrs: ConvolutionAttributes) => Convolution | undefined,
    used: readonly string[],
  ): void => {
    replaceKernel<NativeBackend & tf.KernelBackend, ConvolutionAttributes>(
      name,
      'tensorflow',
      ({inputs, attrs, backend}, stock) => {
        const asked = convolution(inputs, attrs);
        const choice = set && asked && choose(asked, attrs, convolutions);
        if (choice) {
          const {kind, attributes} = choice;
          const given = kind === 'StridedConvolution' ? Object.entries(attributes) : [];
          const opAttributes = given.map(([attribute, value]) => ({
            name: attribute,
            type: backend.binding.TF_ATTR_INT,
            value,
          }));
          return backend.executeSingleOutput(
            `Contrastive${set}${kind}${suffix}`,
            opAttributes,
            used.map(input => inputs[input]),
          );
        }
        const product = pointwise(inputs, attrs, backend);
        if (product) return product;
        if (!stock)
          throw new Error(
            `${name}: TensorFlow.js has registered no kernel on the native backend; is its package complete?`,
          );
        return stock({inputs, attrs, backend});
      },
    );
  };

  const forward = ({x, filter}: Inputs): Convolution => ({images: x.shape, filter: filter.shape});
  register('Conv2D', '', forward, ['x', 'filter']);
  register(
    'FusedConv2D',
    '',
    ({x, filter, ...others}, {activation}) => {
      const plain =
        Object.values<tf.TensorInfo | undefined>(others).every(input => input === undefined) && activation === 'linear';
      return plain ? forward({x, filter}) : undefined;
    },
    ['x', 'filter'],
  );
  register(
    'Conv2DBackpropInput',
    'InputGrad',
    ({dy, filter}, {inputShape}) => ({images: inputShape, filter: filter.shape, dy: dy.shape}),
    ['dy', 'filter'],
  );
  register(
    'Conv2DBackpropFilter',
    'FilterGrad',
    ({x, dy}, {filterShape}) => ({images: x.shape, filter: filterShape ?? [], dy: dy.shape}),
    ['x', 'dy'],
  );
};
