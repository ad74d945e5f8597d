import type {backend_util, TensorInfo} from '@tensorflow/tfjs-core';
import type {Workspace} from './workspace.js';

/** One axis of the grid that a convolution's image and the gradient of its output share. */
interface Axis {
  /** Pixels from one row, or one image, to the next: the image's, and as many zeros as its windows see beyond it. */
  readonly period: number;
  /** How many pixels of the grid before its own the first tap of an output looked. */
  readonly before: number;
  /** How many behind its own the last tap looked. */
  readonly behind: number;
}

const axisOf = (inputSize: number, outputSize: number, filterSize: number, stride: number, padding: number): Axis => {
  const before = Math.ceil(padding / stride);
  const behind = Math.max(0, Math.floor((filterSize - 1 - padding) / stride));
  // The zeros behind a row are those before the next one too.
  return {period: Math.max(Math.ceil(inputSize / stride) + before, outputSize + behind), before, behind};
};

/**
 * Pixels laid out so that those which one tap of the filter saw are the output's own, moved by one and the same
 * distance in memory. With strides there is a grid of that kind for every phase, of the pixels `phase, phase + stride,
 * …`.
 */
export interface Grid {
  /** From one image to the next, in rows. */
  readonly rows: number;
  /** From one row to the next, in pixels. */
  readonly columns: number;
  /** Of all images. */
  readonly pixels: number;
  /** Zeros needed before the first pixel. */
  readonly before: number;
  /** Zeros needed behind the last pixel. */
  readonly behind: number;
}

/** The grid of a convolution. */
export const gridOf = (info: backend_util.Conv2DInfo): Grid => {
  const vertical = axisOf(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, info.padInfo.top);
  const horizontal = axisOf(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, info.padInfo.left);
  return {
    rows: vertical.period,
    columns: horizontal.period,
    pixels: info.batchSize * vertical.period * horizontal.period,
    before: vertical.before * horizontal.period + horizontal.before,
    behind: vertical.behind * horizontal.period + horizontal.behind,
  };
};

/**
 * A phase of the image `[n, h, w, c]`, channels first: `[c, pixels]` with the zeros that the grid needs around all of
 * it.
 */
export const channelRows = (
  w: Workspace,
  x: TensorInfo,
  info: backend_util.Conv2DInfo,
  grid: Grid,
  top: number,
  left: number,
): TensorInfo => {
  const {batchSize, inHeight, inWidth, inChannels, strideHeight, strideWidth} = info;
  const rows = w.make([grid.before + inChannels * grid.pixels + grid.behind]);
  const from = w.floats(x);
  const to = w.floats(rows).fill(0);
  for (let n = 0; n < batchSize; n++) {
    for (let y = top, row = n * grid.rows; y < inHeight; y += strideHeight, row++) {
      let target = grid.before + row * grid.columns;
      for (let column = left; column < inWidth; column += strideWidth, target++) {
        const source = ((n * inHeight + y) * inWidth + column) * inChannels;
        for (let c = 0, t = target; c < inChannels; c++, t += grid.pixels) {
          to[t] = from[source + c];
        }
      }
    }
  }
  return rows;
};

/** The gradient of the output `[n, h, w, d]` on the grid, `[pixels, d]`. */
export const outputRows = (w: Workspace, dy: TensorInfo, info: backend_util.Conv2DInfo, grid: Grid): TensorInfo => {
  const {batchSize, outHeight, outWidth, outChannels} = info;
  if (grid.rows === outHeight && grid.columns === outWidth) {
    return {...dy, shape: [grid.pixels, outChannels]};
  }
  const rows = w.make([grid.pixels, outChannels]);
  const from = w.floats(dy);
  const to = w.floats(rows).fill(0);
  const length = outWidth * outChannels;
  for (let n = 0, source = 0; n < batchSize; n++) {
    for (let y = 0; y < outHeight; y++, source += length) {
      to.set(from.subarray(source, source + length), (n * grid.rows + y) * grid.columns * outChannels);
    }
  }
  return rows;
};
