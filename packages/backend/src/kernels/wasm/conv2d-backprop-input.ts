import type {backend_util, TensorInfo} from '@tensorflow/tfjs-core';
import {replaceKernel} from '../register.js';
import {conv2DInfo, type Conv2DGradAttributes} from './conv2d-attributes.js';
import {type WasmBackend, withWorkspace, type Workspace} from './workspace.js';

/**
 * Along one axis, the taps of the filter that reached the input pixels `phase, phase + stride, …`, and which outputs
 * they made of them.
 */
interface Taps {
  /** Positions in the filter, in the order of their outputs. */
  readonly indices: readonly number[];
  /** The first tap's output for the first of those pixels; negative when it lies outside. */
  readonly first: number;
  /** How many such pixels there are. */
  readonly count: number;
}

const tapsOf = (phase: number, stride: number, padding: number, filterSize: number, inputSize: number): Taps => {
  const indices: number[] = [];
  for (let i = filterSize - 1; i >= 0; i--) {
    if ((phase + padding - i) % stride === 0) {
      indices.push(i);
    }
  }
  return {
    indices,
    first: indices.length === 0 ? 0 : (phase + padding - indices[0]) / stride,
    count: Math.ceil((inputSize - phase) / stride),
  };
};

/** The taps of a filter `[kh, kw, c, d]` with the channels swapped: `[rows, columns, d, c]`. */
const swappedFilter = (w: Workspace, filter: TensorInfo, rows: Taps, columns: Taps): TensorInfo => {
  const [, filterWidth, inChannels, outChannels] = filter.shape;
  const swapped = w.make([rows.indices.length, columns.indices.length, outChannels, inChannels]);
  const from = w.floats(filter);
  const to = w.floats(swapped);
  let target = 0;
  for (const i of rows.indices) {
    for (const j of columns.indices) {
      const source = (i * filterWidth + j) * inChannels * outChannels;
      for (let d = 0; d < outChannels; d++) {
        for (let c = 0; c < inChannels; c++) {
          to[target++] = from[source + c * outChannels + d];
        }
      }
    }
  }
  return swapped;
};

/** Padding before and after the outputs, and how many results in front are of no input pixel. */
const placement = (
  {first, count, indices}: Taps,
  outputSize: number,
): {before: number; after: number; skip: number} => ({
  before: Math.max(0, -first),
  after: Math.max(0, first + count + indices.length - 1 - outputSize),
  skip: Math.max(0, first),
});

/** Where a phase's results go along one axis. */
interface Target {
  readonly phase: number;
  readonly count: number;
  readonly skip: number;
}

/** Writes a phase's results `[n, h, w, c]` to every stride-th pixel of the image's gradient. */
const scatter = (
  from: Float32Array,
  [, height, width]: number[],
  to: Float32Array,
  info: backend_util.Conv2DInfo,
  target: readonly Target[],
): void => {
  const [vertical, horizontal] = target;
  const {batchSize, inHeight, inWidth, inChannels, strideHeight, strideWidth} = info;
  for (let n = 0; n < batchSize; n++) {
    for (let y = 0; y < vertical.count; y++) {
      let source = ((n * height + y + vertical.skip) * width + horizontal.skip) * inChannels;
      let pixel = ((n * inHeight + y * strideHeight + vertical.phase) * inWidth + horizontal.phase) * inChannels;
      for (let x = 0; x < horizontal.count; x++, pixel += strideWidth * inChannels) {
        for (let c = 0; c < inChannels; c++) {
          to[pixel + c] = from[source++];
        }
      }
    }
  }
};

/**
 * Registers `Conv2DBackpropInput` on wasm, in the place of a stock kernel that is ten times slower. The gradient at
 * every stride-th pixel is a plain convolution of the output's gradient with the taps that reached those pixels,
 * channels swapped; `stride²` such convolutions make the whole.
 */
export const registerConv2DBackpropInput = (): void => {
  interface Attributes extends Conv2DGradAttributes {
    readonly inputShape: [number, number, number, number];
  }
  replaceKernel<WasmBackend, Attributes>('Conv2DBackpropInput', 'wasm', ({inputs: {dy, filter}, attrs, backend}) =>
    withWorkspace(backend, w => {
      const info = conv2DInfo(
        'Conv2DBackpropInput',
        attrs.inputShape,
        filter.shape as [number, number, number, number],
        attrs,
      );
      const {filterHeight, filterWidth, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth, padInfo} =
        info;
      const convolve = (rows: Taps, columns: Taps): TensorInfo => {
        const [vertical, horizontal] = [placement(rows, outHeight), placement(columns, outWidth)];
        const pad = [
          [0, 0],
          [vertical.before, vertical.after],
          [horizontal.before, horizontal.after],
          [0, 0],
        ];
        const inputs = {x: dy, filter: swappedFilter(w, filter, rows, columns)};
        return w.run('Conv2D', inputs, {strides: 1, dilations: 1, pad, dataFormat: 'NHWC'});
      };
      if (strideHeight === 1 && strideWidth === 1) {
        const rows = tapsOf(0, 1, padInfo.top, filterHeight, inHeight);
        const columns = tapsOf(0, 1, padInfo.left, filterWidth, inWidth);
        const whole = convolve(rows, columns);
        if (whole.shape[1] === inHeight && whole.shape[2] === inWidth) {
          return whole;
        }
      }
      const result = w.make(attrs.inputShape);
      w.floats(result).fill(0);
      for (let top = 0; top < strideHeight; top++) {
        const rows = tapsOf(top, strideHeight, padInfo.top, filterHeight, inHeight);
        for (let left = 0; left < strideWidth; left++) {
          const columns = tapsOf(left, strideWidth, padInfo.left, filterWidth, inWidth);
          if (rows.indices.length * columns.indices.length * rows.count * columns.count === 0) {
            continue;
          }
          const part = convolve(rows, columns);
          scatter(w.floats(part), part.shape, w.floats(result), info, [
            {phase: top, count: rows.count, skip: placement(rows, outHeight).skip},
            {phase: left, count: columns.count, skip: placement(columns, outWidth).skip},
          ]);
        }
      }
      return result;
    }),
  );
};
