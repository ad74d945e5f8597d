import * as tf from '@tensorflow/tfjs-core';
import {asTensor} from './native-backend.js';

type Inputs = Readonly<Record<string, tf.TensorInfo>>;

/** Attributes of a convolution and of its gradients, as `tf.conv2d` gives them. */
export type ConvolutionAttributes = tf.NamedAttrMap & {
  readonly strides: [number, number] | number;
  readonly pad: 'same' | 'valid' | number | number[][];
  /** Of the gradient in the input. */
  readonly inputShape: number[];
  /** Of the gradient in the filter. */
  readonly filterShape?: number[];
};

/** What the native backend has for fused kernels. */
interface Activating {
  applyActivation(x: tf.Tensor, activation: unknown, prelu?: tf.TensorInfo, alpha?: unknown): tf.Tensor;
}

/** Images, or a filter. */
const tensor = (info: tf.TensorInfo): tf.Tensor4D => asTensor(info) as tf.Tensor4D;

/** One row a pixel, `[n · h · w, c]`. */
const rows = (images: tf.Tensor4D): tf.Tensor2D => tf.reshape(images, [-1, images.shape[3]]);

/** The way back from the pixels that a filter met: images of `shape` with zeros between. */
function spread(pixels: tf.Tensor, [n, height, width, c]: number[], [down, across]: [number, number]): tf.Tensor {
  if (down * across === 1) return pixels;
  const [, high, wide] = pixels.shape;
  const none: [number, number] = [0, 0];
  const gaps: [number, number][] = [none, none, [0, down - 1], none, [0, across - 1], none];
  const apart = tf.pad(tf.reshape(pixels, [n, high, 1, wide, 1, c]), gaps);
  return tf.slice(tf.reshape(apart, [n, high * down, wide * across, c]), 0, [n, height, width, c]);
}

/**
 * A convolution with filters of one pixel, or a gradient of it, as the product of matrices that it is: on some
 * processors oneDNN, which TensorFlow computes it with, gives wrong numbers and writes beyond its memory. Undefined for
 * all else.
 */
export function pointwise(inputs: Inputs, attrs: ConvolutionAttributes, backend: object): tf.Tensor | undefined {
  const [kernel, kernelWidth, input, output]: readonly number[] = attrs.filterShape ?? inputs.filter.shape;
  const {strides, pad, dataFormat = 'NHWC'} = attrs as ConvolutionAttributes & {dataFormat?: unknown};
  if (kernel !== 1 || kernelWidth !== 1 || dataFormat !== 'NHWC' || !['same', 'valid', 0].includes(pad as string))
    return undefined;
  const stride: [number, number] = typeof strides === 'number' ? [strides, strides] : strides;
  const met = (images: tf.TensorInfo): tf.Tensor4D =>
    stride[0] * stride[1] === 1
      ? tensor(images)
      : tensor(tf.stridedSlice(tensor(images), [0, 0, 0, 0], images.shape, [1, ...stride, 1]));
  const matrix = (): tf.Tensor2D => tf.reshape(tensor(inputs.filter), [input, output]);
  return tf.tidy((): tf.Tensor => {
    const {x, dy} = inputs as Partial<typeof inputs>;
    if (x && dy) return tf.reshape(tf.matMul(rows(met(x)), rows(tensor(dy)), true), [1, 1, input, output]);
    if (dy) {
      const pixels = tf.matMul(rows(tensor(dy)), matrix(), false, true);
      return spread(tf.reshape(pixels, [...dy.shape.slice(0, 3), input]), attrs.inputShape, stride);
    }
    const images = met(inputs.x);
    const result = tf.reshape(tf.matMul(rows(images), matrix()), [...images.shape.slice(0, 3), output]);
    const {bias, preluActivationWeights} = inputs as Partial<typeof inputs>;
    const shifted = bias ? tf.add(result, tensor(bias)) : result;
    const {activation, leakyreluAlpha}: Readonly<Record<string, unknown>> = attrs;
    if (activation === undefined) return shifted; // of the plain kernel
    return (backend as Activating).applyActivation(shifted, activation, preluActivationWeights, leakyreluAlpha);
  });
}
