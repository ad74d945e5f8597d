import {slice_util, util} from '@tensorflow/tfjs-core';
import {replaceKernel} from '../register.js';
import type {WasmBackend} from './workspace.js';

interface Attributes {
  readonly begin: number | number[];
  readonly size: number | number[];
}

/** From this length on, copying a run by `set` is faster than element by element. */
const longRun = 32;

/**
 * A slice as runs of memory: the first axes step through them, the last sliced axis and the whole ones behind it make
 * one.
 */
const runsOf = (shape: number[], begin: number[], size: number[]): {starts: number[]; length: number} => {
  const strides = [...util.computeStrides(shape), 1];
  let axis = shape.length - 1;
  while (axis > 0 && size[axis] === shape[axis]) {
    axis--;
  }
  let starts = [begin[axis] * strides[axis]];
  for (let outer = axis - 1; outer >= 0; outer--) {
    const inner = starts;
    starts = [];
    for (let i = begin[outer]; i < begin[outer] + size[outer]; i++) {
      for (const start of inner) {
        starts.push(i * strides[outer] + start);
      }
    }
  }
  return {starts, length: size[axis] * strides[axis]};
};

/**
 * Registers `Slice` on wasm: the stock kernel copies the innermost axis at a time, which for images is few values; this
 * one as much as lies together.
 */
export const registerSlice = (): void => {
  replaceKernel<WasmBackend, Attributes>('Slice', 'wasm', ({inputs: {x}, attrs, backend}, stock) => {
    const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size);
    if (x.dtype !== 'float32' || x.shape.length < 2) {
      if (!stock) {
        throw new Error(
          'Slice on wasm: the stock kernel is missing; import @tensorflow/tfjs-backend-wasm before the kernels ' +
            'are registered',
        );
      }
      return stock({inputs: {x}, attrs: {begin, size}, backend});
    }
    const result = backend.makeOutput(size, 'float32');
    if (util.sizeFromShape(size) === 0) {
      return result;
    }
    const from = backend.typedArrayFromHeap(x);
    const to = backend.typedArrayFromHeap(result);
    const {starts, length} = runsOf(x.shape, begin, size);
    let target = 0;
    for (const start of starts) {
      if (length >= longRun) {
        to.set(from.subarray(start, start + length), target);
        target += length;
      } else {
        for (let i = start; i < start + length; i++) {
          to[target++] = from[i];
        }
      }
    }
    return result;
  });
};
