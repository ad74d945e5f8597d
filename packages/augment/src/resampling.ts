import {choice} from '@contrastive/internal';
import type {PlanarImage, Pixels} from './contract.js';
import {floats, integers, octets, reserve, type Kernels} from './kernels/memory.js';
import {made, remade} from './kernels/planes.js';

/** How pixels between pixels are found. */
export type Interpolation = 'bilinear' | 'bicubic';

interface Filter {
  readonly support: number;
  /** Weight at a distance, which is at least 0. */
  readonly weight: (distance: number) => number;
}

/** Keys (1981) with a = −1/2, as Pillow and torch use it with antialiasing. */
function cubic(x: number): number {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

const filters: Readonly<Record<Interpolation, Filter>> = {
  bilinear: {support: 1, weight: x => Math.max(1 - x, 0)},
  bicubic: {support: 2, weight: cubic},
};

/** What an interpolation may be. */
export const interpolationRule = choice(...Object.keys(filters));

/** A rectangle of an image; its edges may lie within pixels. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** What a box becomes. */
export interface Target {
  /** Height and width of the result. */
  readonly size: number;
  readonly interpolation: Interpolation;
  /** Whether left and right are swapped. */
  readonly flipped: boolean;
}

/** One axis of a resampling: its tables lie in the kernels' memory. */
interface Axis {
  /** The first pixel that is read, and how many are. */
  readonly base: number;
  readonly extent: number;
  /** Where the number of the first weighted pixel of each output is, counted from `base`. */
  readonly first: number;
  /** Where the weights are: `stride` for each output, of which the first `taps` count. */
  readonly weights: number;
  readonly taps: number;
  readonly stride: number;
}

/**
 * The weights with which `length` pixels from `start` become `size` pixels. They are those of Pillow's resize (and
 * torch's, with `antialias: true`) after a crop: the filter widens when it shrinks the image, pixels outside have no
 * weight, the weights of an output sum to 1.
 */
function tabulate(start: number, length: number, {size, interpolation}: Target, reversed = false): Axis {
  const {support, weight} = filters[interpolation];
  const base = Math.floor(start);
  const extent = Math.ceil(start + length) - base;
  const scale = length / size;
  const widening = Math.max(scale, 1);
  const reach = support * widening;
  // as many integers as an interval of that length can hold, one end left out
  const taps = Math.min(extent, Math.ceil(2 * reach));
  const stride = Math.ceil(taps / 4) * 4;
  const [first, weights] = [reserve(4 * size), reserve(4 * size * stride)];
  const [firsts, values] = [integers(first, size), floats(weights, size * stride).fill(0)];
  for (let o = 0; o < size; o++) {
    const to = reversed ? size - 1 - o : o;
    const centre = start - base + (o + 0.5) * scale;
    const from = Math.max(Math.trunc(centre - reach + 0.5), 0);
    const end = Math.min(Math.trunc(centre + reach + 0.5), extent, from + taps); // what rounding may add has no weight
    firsts[to] = Math.min(from, extent - taps);
    const row = to * stride - firsts[to];
    let sum = 0;
    for (let i = from; i < end; i++) sum += values[row + i] = weight(Math.abs(i - centre + 0.5) / widening);
    for (let i = from; i < end; i++) values[row + i] /= sum;
  }
  return {base, extent, first, weights, taps, stride};
}

/** Bytes of an image that are brought to the kernels at a time. */
const STAGE = 1 << 20;

/**
 * Cuts a box out of an image of bytes and resizes it to `size` × `size`; only the rows and columns of the box are read.
 */
export function resampleBytes({data, width, channels}: Pixels, box: Box, target: Target): PlanarImage {
  const {size} = target;
  return made({height: size, width: size, channels}, (to, kernels) => {
    const columns = tabulate(box.left, box.width, target, target.flipped);
    const rows = tabulate(box.top, box.height, target);
    const line = columns.extent * channels;
    const atOnce = Math.min(rows.extent, Math.max(Math.floor(STAGE / line), 1));
    const stage = reserve(atOnce * line);
    const scratch = reserve(4 * ((columns.extent + 3) * channels + columns.stride));
    const half = reserve(4 * channels * rows.extent * size);
    const bytes = octets(stage, atOnce * line);
    for (let row = 0; row < rows.extent; row += atOnce) {
      const count = Math.min(atOnce, rows.extent - row);
      for (let i = 0; i < count; i++) {
        const from = ((rows.base + row + i) * width + columns.base) * channels;
        bytes.set(data.subarray(from, from + line), i * line);
      }
      const {extent, first, weights, stride} = columns;
      const out = half + 4 * row * size;
      kernels.horizontal(stage, count, extent, channels, scratch, first, weights, stride, out, size, rows.extent);
    }
    finish(kernels, half, rows, channels, size, to);
  });
}

/** The same with an image in planes. */
export function resamplePlanes(image: PlanarImage, box: Box, target: Target): PlanarImage {
  const {height, width, channels} = image;
  const {size} = target;
  return remade(image, {height: size, width: size, channels}, (from, to, kernels) => {
    const columns = tabulate(box.left, box.width, target, target.flipped);
    const rows = tabulate(box.top, box.height, target);
    const row = reserve(4 * (columns.extent + columns.stride));
    const half = reserve(4 * channels * rows.extent * size);
    const line = floats(row, columns.extent + columns.stride).fill(0);
    const planes = floats(from, channels * height * width);
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < rows.extent; y++) {
        const start = (channel * height + rows.base + y) * width + columns.base;
        line.set(planes.subarray(start, start + columns.extent));
        const out = half + 4 * (channel * rows.extent + y) * size;
        kernels.horizontalRow(row, columns.first, columns.weights, columns.stride, out, size);
      }
    }
    finish(kernels, half, rows, channels, size, to);
  });
}

function finish(kernels: Kernels, half: number, rows: Axis, channels: number, size: number, to: number): void {
  kernels.vertical(half, rows.extent, size, channels, rows.first, rows.weights, rows.taps, rows.stride, to, size);
}
