import {backend_util} from '@tensorflow/tfjs-core';

/** Attributes of the kernels that compute the gradients of a convolution. */
export interface Conv2DGradAttributes {
  /** Step of the window, `[vertical, horizontal]` or one for both. */
  readonly strides: [number, number] | number;
  /** Padding as `tf.conv2d` takes it. */
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  /** Only `NHWC`, as forward. */
  readonly dataFormat: 'NHWC' | 'NCHW';
  /** Rounding of the output's size. */
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** A convolution's sizes, of an image `[n, h, w, c]` and a filter `[kh, kw, c, d]`. */
export const conv2DInfo = (
  kernelName: string,
  inputShape: [number, number, number, number],
  filterShape: [number, number, number, number],
  {strides, pad, dataFormat, dimRoundingMode}: Conv2DGradAttributes,
): backend_util.Conv2DInfo => {
  if (dataFormat !== 'NHWC') {
    throw new RangeError(
      `${kernelName} on wasm: expected dataFormat 'NHWC', got '${dataFormat}'; transpose the images first`,
    );
  }
  return backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
    false,
    'channelsLast',
  );
};
