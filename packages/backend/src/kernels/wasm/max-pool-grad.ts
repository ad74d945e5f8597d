import {backend_util} from '@tensorflow/tfjs-core';
import {replaceKernel} from '../register.js';
import {type WasmBackend, withWorkspace} from './workspace.js';

interface Attributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Places in memory of the pixels that a window sees, of channel 0. */
const windowOf = (info: backend_util.Conv2DInfo, n: number, y: number, x: number): number[] => {
  const {inHeight, inWidth, inChannels, strideHeight, strideWidth, filterHeight, filterWidth, padInfo} = info;
  const [top, left] = [y * strideHeight - padInfo.top, x * strideWidth - padInfo.left];
  const places: number[] = [];
  for (let row = Math.max(top, 0); row < Math.min(top + filterHeight, inHeight); row++) {
    for (let column = Math.max(left, 0); column < Math.min(left + filterWidth, inWidth); column++) {
      places.push(((n * inHeight + row) * inWidth + column) * inChannels);
    }
  }
  return places;
};

/**
 * Registers `MaxPoolGrad` on wasm, in the place of a stock kernel that is wrong where windows overlap. The gradient
 * goes to the first of the largest values of a window.
 */
export const registerMaxPoolGrad = (): void => {
  replaceKernel<WasmBackend, Attributes>('MaxPoolGrad', 'wasm', ({inputs: {dy, input}, attrs, backend}) =>
    withWorkspace(backend, w => {
      const {filterSize, strides, pad, dimRoundingMode} = attrs;
      const shape = input.shape as [number, number, number, number];
      const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
      const result = w.make(shape);
      const [image, gradient, to] = [w.floats(input), w.floats(dy), w.floats(result).fill(0)];
      let output = 0;
      for (let n = 0; n < info.batchSize; n++) {
        for (let y = 0; y < info.outHeight; y++) {
          for (let x = 0; x < info.outWidth; x++) {
            const places = windowOf(info, n, y, x);
            for (let c = 0; c < info.inChannels; c++, output++) {
              let largest = places[0] + c;
              for (const place of places) {
                if (image[place + c] > image[largest]) {
                  largest = place + c;
                }
              }
              to[largest] += gradient[output];
            }
          }
        }
      }
      return result;
    }),
  );
};
