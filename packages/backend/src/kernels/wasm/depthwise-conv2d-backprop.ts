import {backend_util} from '@tensorflow/tfjs-core';
import {replaceKernel} from '../register.js';
import {type WasmBackend, withWorkspace} from './workspace.js';

type Shape4D = [number, number, number, number];

interface Attributes {
  readonly strides: [number, number] | number;
  readonly dilations: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

const infoOf = (
  inputShape: Shape4D,
  filterShape: Shape4D,
  {strides, dilations, pad, dimRoundingMode}: Attributes,
): backend_util.Conv2DInfo =>
  backend_util.computeConv2DInfo(inputShape, filterShape, strides, dilations, pad, dimRoundingMode, true);

/**
 * Calls `visit` for every pair of an output and an input pixel that a tap of the filter joins, with the places of their
 * first channels in memory.
 */
const forEachTap = (
  info: backend_util.Conv2DInfo,
  visit: (output: number, input: number, tap: number) => void,
): void => {
  const {
    batchSize,
    inHeight,
    inWidth,
    inChannels,
    outHeight,
    outWidth,
    outChannels,
    filterHeight,
    filterWidth,
    padInfo,
  } = info;
  const {strideHeight, strideWidth, dilationHeight, dilationWidth} = info;
  for (let n = 0, output = 0; n < batchSize; n++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++, output += outChannels) {
        for (let i = 0; i < filterHeight; i++) {
          const inputY = y * strideHeight - padInfo.top + i * dilationHeight;
          for (let j = 0; j < filterWidth; j++) {
            const inputX = x * strideWidth - padInfo.left + j * dilationWidth;
            if (inputY >= 0 && inputY < inHeight && inputX >= 0 && inputX < inWidth) {
              visit(
                output,
                ((n * inHeight + inputY) * inWidth + inputX) * inChannels,
                (i * filterWidth + j) * outChannels,
              );
            }
          }
        }
      }
    }
  }
};

/**
 * Registers `DepthwiseConv2dNativeBackpropFilter` and `DepthwiseConv2dNativeBackpropInput` on wasm, which stock
 * TensorFlow.js lacks there. Filters are `[kh, kw, c, m]` and outputs `[n, h, w, c · m]`, so that one run of `c · m`
 * values is a pixel of the output and a tap of the filter.
 */
export const registerDepthwiseConv2DBackprop = (): void => {
  replaceKernel<WasmBackend, Attributes & {filterShape: Shape4D}>(
    'DepthwiseConv2dNativeBackpropFilter',
    'wasm',
    ({inputs: {x, dy}, attrs, backend}) =>
      withWorkspace(backend, w => {
        const info = infoOf(x.shape as Shape4D, attrs.filterShape, attrs);
        const multiplier = info.outChannels / info.inChannels;
        const result = w.make(attrs.filterShape);
        const [image, gradient, filter] = [w.floats(x), w.floats(dy), w.floats(result).fill(0)];
        forEachTap(info, (output, input, tap) => {
          for (let c = 0, m = 0; c < info.inChannels; c++) {
            for (const end = m + multiplier; m < end; m++) {
              filter[tap + m] += image[input + c] * gradient[output + m];
            }
          }
        });
        return result;
      }),
  );
  replaceKernel<WasmBackend, Attributes & {inputShape: Shape4D}>(
    'DepthwiseConv2dNativeBackpropInput',
    'wasm',
    ({inputs: {dy, filter}, attrs, backend}) =>
      withWorkspace(backend, w => {
        const info = infoOf(attrs.inputShape, filter.shape as Shape4D, attrs);
        const multiplier = info.outChannels / info.inChannels;
        const result = w.make(attrs.inputShape);
        const [taps, gradient, image] = [w.floats(filter), w.floats(dy), w.floats(result).fill(0)];
        forEachTap(info, (output, input, tap) => {
          for (let c = 0, m = 0; c < info.inChannels; c++) {
            for (const end = m + multiplier; m < end; m++) {
              image[input + c] += taps[tap + m] * gradient[output + m];
            }
          }
        });
        return result;
      }),
  );
};
