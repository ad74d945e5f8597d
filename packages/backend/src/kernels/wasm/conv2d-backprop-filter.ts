import type {backend_util, TensorInfo} from '@tensorflow/tfjs-core';
import {replaceKernel} from '../register.js';
import {conv2DInfo, type Conv2DGradAttributes} from './conv2d-attributes.js';
import {channelRows, type Grid, gridOf, outputRows} from './filter-gradient-grid.js';
import {type WasmBackend, withWorkspace, type Workspace} from './workspace.js';

/** A place in the filter. */
interface Tap {
  /** Its number, row by row. */
  readonly index: number;
  /** Where its matrix begins in the image's channel rows. */
  readonly offset: number;
}

/** The taps that see one phase of the image. */
interface Phase {
  readonly top: number;
  readonly left: number;
  readonly taps: Tap[];
}

const phasesOf = (
  {filterHeight, filterWidth, strideHeight, strideWidth, padInfo}: backend_util.Conv2DInfo,
  grid: Grid,
): Phase[] => {
  const phases = new Map<string, Phase>();
  for (let i = 0; i < filterHeight; i++) {
    for (let j = 0; j < filterWidth; j++) {
      const [row, column] = [
        Math.floor((i - padInfo.top) / strideHeight),
        Math.floor((j - padInfo.left) / strideWidth),
      ];
      const [top, left] = [i - padInfo.top - row * strideHeight, j - padInfo.left - column * strideWidth];
      const key = `${String(top)} ${String(left)}`;
      const phase = phases.get(key) ?? {top, left, taps: []};
      phases.set(key, phase);
      phase.taps.push({index: i * filterWidth + j, offset: grid.before + row * grid.columns + column});
    }
  }
  return [...phases.values()];
};

/** Rows from which on a matrix product runs at full speed; taps of an image with fewer channels are put together. */
const enoughRows = 16;

/** The matrices `[c, pixels]` of some taps, one below the other; a lone one stays where it is in memory. */
const matrixOf = (
  w: Workspace,
  rows: TensorInfo,
  taps: readonly Tap[],
  channels: number,
  pixels: number,
): TensorInfo => {
  if (taps.length === 1) {
    return w.view(rows, taps[0].offset, [channels, pixels]);
  }
  const matrix = w.make([taps.length * channels, pixels]);
  const from = w.floats(rows);
  const to = w.floats(matrix);
  for (const [i, {offset}] of taps.entries()) {
    to.set(from.subarray(offset, offset + channels * pixels), i * channels * pixels);
  }
  return matrix;
};

/**
 * Registers `Conv2DBackpropFilter` on wasm, which stock TensorFlow.js lacks there. One matrix product a tap of the
 * filter: the image's pixels, channels first, `[c, pixels]` times the output's gradient `[pixels, d]`. Both lie on one
 * grid, so that another tap is the same image memory from another offset on.
 */
export const registerConv2DBackpropFilter = (): void => {
  interface Attributes extends Conv2DGradAttributes {
    readonly filterShape: [number, number, number, number];
  }
  replaceKernel<WasmBackend, Attributes>('Conv2DBackpropFilter', 'wasm', ({inputs: {x, dy}, attrs, backend}) =>
    withWorkspace(backend, w => {
      const info = conv2DInfo(
        'Conv2DBackpropFilter',
        x.shape as [number, number, number, number],
        attrs.filterShape,
        attrs,
      );
      const {inChannels, outChannels} = info;
      const grid = gridOf(info);
      const result = w.make(attrs.filterShape);
      const b = outputRows(w, dy, info, grid);
      const together = Math.max(1, Math.floor(enoughRows / inChannels));
      for (const {top, left, taps} of phasesOf(info, grid)) {
        const rows = channelRows(w, x, info, grid, top, left);
        for (let first = 0; first < taps.length; first += together) {
          const some = taps.slice(first, first + together);
          const product = w.run(
            'BatchMatMul',
            {a: matrixOf(w, rows, some, inChannels, grid.pixels), b},
            {transposeA: false, transposeB: false},
          );
          const size = inChannels * outChannels;
          for (const [i, {index}] of some.entries()) {
            w.floats(result).set(w.floats(product).subarray(i * size, (i + 1) * size), index * size);
          }
        }
      }
      return result;
    }),
  );
};
