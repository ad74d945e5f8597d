import {seedFor} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {startingAtZeros} from './zeros.js';

/** Applies a layer with one output to symbolic inputs. */
export const apply = (layer: tfl.layers.Layer, x: tfl.SymbolicTensor | tfl.SymbolicTensor[]): tfl.SymbolicTensor =>
  layer.apply(x) as tfl.SymbolicTensor;

/** What a convolution needs besides its input. */
interface Convolution {
  readonly name: string;
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
  /** Undefined for a kernel of zeros. */
  readonly seed: number | undefined;
  /** Zeros on every side, (k − 1)/2 by default. */
  readonly padding?: number;
}

/**
 * A convolution without bias in torch's geometry: (k − 1)/2 zeros on every side, or as many as are asked for. With
 * stride 1 the former is the padding 'same'; with a larger stride 'same' would pad less on the left than torch does, so
 * the zeros are a layer of their own. Weights start normal with variance 2/(k²·filters) (He et al. 2015,
 * arXiv:1502.01852, equation 14, as in torchvision).
 */
export function convolution(
  x: tfl.SymbolicTensor,
  {name, filters, kernelSize, strides, seed, padding: zeros = (kernelSize - 1) / 2}: Convolution,
): tfl.SymbolicTensor {
  const padding = strides === 1 && zeros === (kernelSize - 1) / 2 ? 'same' : 'valid';
  const padded = padding === 'valid' && zeros > 0 ? pad(x, `${name}.pad`, zeros) : x;
  const stddev = Math.sqrt(2 / (kernelSize * kernelSize * filters));
  const normal = tfl.initializers.randomNormal({stddev, seed: seedFor(seed ?? 0, `${name}/kernel`)});
  const kernelInitializer = seed === undefined ? startingAtZeros(normal) : normal;
  const layer = tfl.layers.conv2d({name, filters, kernelSize, strides, padding, useBias: false, kernelInitializer});
  // The stock layer's fused operation always computes the gradient of its input too, which nobody needs of the first
  // layer's images. A reloaded or cloned layer is the stock one again: as exact, a little slower.
  layer.call = inputs =>
    tf.conv2d(
      (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D,
      layer.getWeights()[0] as tf.Tensor4D,
      strides,
      padding,
    );
  return apply(layer, padded);
}

/** Zeros on every side of the image. */
export const pad = (x: tfl.SymbolicTensor, name: string, width: number): tfl.SymbolicTensor =>
  apply(tfl.layers.zeroPadding2d({name, padding: width}), x);

/** The rectifier. */
export const relu = (x: tfl.SymbolicTensor, name: string): tfl.SymbolicTensor => apply(tfl.layers.reLU({name}), x);
