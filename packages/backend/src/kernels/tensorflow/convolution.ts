import type * as tf from '@tensorflow/tfjs-core';
import type {KernelSet} from '../../native/load-kernels.js';
import {replaceKernel} from '../register.js';
import type {NativeBackend} from './native-backend.js';

/** Attributes of a convolution and of its gradients, as `tf.conv2d` gives them. */
type Attributes = tf.NamedAttrMap & {
  readonly strides: [number, number] | number;
  readonly pad: 'same' | 'valid' | number | number[][];
  /** Of the gradient in the filter. */
  readonly filterShape: number[];
};

/** Images `[n, h, w, c]` whose convolution with a filter `[3, 3, c, d]` our kernels compute. */
interface Shapes {
  readonly images: readonly number[];
  readonly filter: readonly number[];
}

/** Absent, 1 or [1, 1]. */
const isOne = (value: tf.NamedAttrMap[string] | undefined): boolean => value === undefined || [value].flat().every(one => one === 1);

const fits = ({images, filter}: Shapes, {strides, pad, dilations, dataFormat}: Partial<Attributes>): boolean =>
  images.length === 4 && filter[0] === 3 && filter[1] === 3 && [filter[2], filter[3]].every(channels => channels % 16 === 0 && channels <= 16384)
  && images.every(size => size > 0) && pad === 'same' && isOne(strides) && isOne(dilations) && (dataFormat ?? 'NHWC') === 'NHWC';

/**
 * Puts our kernels (native/kernels/winograd.cc) in the place of TensorFlow's for convolutions of 3×3 with stride 1, padding 'same' and multiples of 16
 * channels, forward and both gradients; all others stay TensorFlow's. Minimal filtering takes 4 multiplications a pixel and pair of channels where the
 * direct sum takes 9, with the same accuracy.
 */
export const registerConvolution = (set: KernelSet): void => {
  const op = `Contrastive${set}Convolution`;
  const stockOr = (stock: tf.KernelFunc | undefined, call: Parameters<tf.KernelFunc>[0]): tf.TensorInfo | tf.TensorInfo[] => {
    if (!stock) throw new Error('Conv2D: TensorFlow.js has registered no kernel on the native backend; is its package complete?');
    return stock(call);
  };
  const register = (name: string, own: (inputs: Record<string, tf.TensorInfo>, attrs: Attributes) => [op: string, Shapes, tf.TensorInfo[]] | undefined): void => {
    replaceKernel<NativeBackend & tf.KernelBackend, Attributes>(name, 'tensorflow', ({inputs, attrs, backend}, stock) => {
      const chosen = own(inputs, attrs);
      return chosen && fits(chosen[1], attrs)
        ? backend.executeSingleOutput(chosen[0], [], chosen[2])
        : stockOr(stock, {inputs, attrs, backend});
    });
  };

  register('Conv2D', ({x, filter}) => [op, {images: x.shape, filter: filter.shape}, [x, filter]]);
  register('FusedConv2D', ({x, filter, ...others}, {activation}) => {
    const plain = Object.values<tf.TensorInfo | undefined>(others).every(input => input === undefined) && activation === 'linear';
    return plain ? [op, {images: x.shape, filter: filter.shape}, [x, filter]] : undefined;
  });
  register('Conv2DBackpropInput', ({dy, filter}) => [`${op}InputGrad`, {images: dy.shape, filter: filter.shape}, [dy, filter]]);
  register('Conv2DBackpropFilter', ({x, dy}, {filterShape}) => [`${op}FilterGrad`, {images: x.shape, filter: filterShape}, [x, dy]]);
};
