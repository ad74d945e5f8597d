import {evalAugment} from '@contrastive/augment';
import {readImages, type Source} from '@contrastive/data';

/** An image in small, to be compared by its pixels. */
export interface Small {
  /** `[SIDE, SIDE, channels]`. */
  readonly data: Uint8Array;
  readonly channels: number;
}

/** Pixels of a small image, each way. */
const SIDE = 48;

/** Pixels of what is compared, each way. */
const GRID = 20;

/** How much of an image's sides a window shows: a crop of 5 % leaves 0.95 of them. */
const SHARES = [1, 0.95];

/** Images that are decoded at a time. */
const BATCH = 256;

/** Images in small, by index; those that cannot be read any more are missing. */
export async function readSmall(source: Source, indices: Iterable<number>): Promise<Map<number, Small>> {
  const found = new Map<number, Small>();
  const unique = [...new Set(indices)];
  const augment = evalAugment({size: SIDE, crop: 1});
  for (let from = 0; from < unique.length; from += BATCH) {
    const asked = unique.slice(from, from + BATCH);
    const {bytes, positions} = await readImages(source, asked, augment);
    const length = SIDE * SIDE * source.channels;
    for (const [row, position] of positions.entries())
      found.set(asked[position], {data: bytes.slice(row * length, (row + 1) * length), channels: source.channels});
  }
  return found;
}

/** Variance of a cell, in grey levels squared, that re-encoding may leave where there was none. */
const NOISE = 1;

/** Mean grey levels that images without contrast may differ by and still be the same. */
const SAME = 2;

/** A part of an image. */
interface Window {
  /** `[GRID, GRID, channels]`, each number the mean of a cell, less the mean over all. */
  readonly numbers: Float32Array;
  /** The sum of their squares. */
  readonly square: number;
}

function window({data, channels}: Small, share: number, left: number, top: number): Window {
  const numbers = new Float32Array(GRID * GRID * channels);
  const edge = (at: number, offset: number): number => Math.round(SIDE * (offset + (share * at) / GRID));
  for (let row = 0, to = 0; row < GRID; row++) {
    const [y0, y1] = [edge(row, top), Math.max(edge(row, top) + 1, edge(row + 1, top))];
    for (let column = 0; column < GRID; column++) {
      const [x0, x1] = [edge(column, left), Math.max(edge(column, left) + 1, edge(column + 1, left))];
      for (let channel = 0; channel < channels; channel++, to++) {
        let sum = 0;
        for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) sum += data[(y * SIDE + x) * channels + channel];
        numbers[to] = sum / ((y1 - y0) * (x1 - x0));
      }
    }
  }
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  let square = 0;
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] -= mean;
    square += numbers[i] * numbers[i];
  }
  return {numbers, square};
}

/** All windows of an image: the whole, and those that a crop of 5 % may leave. */
const windows = (image: Small): Window[] =>
  SHARES.flatMap(share => {
    const offsets = share === 1 ? [0] : [0, (1 - share) / 2, 1 - share];
    return offsets.flatMap(top => offsets.map(left => window(image, share, left, top)));
  });

const mean = ({data}: Small): number => data.reduce((sum, value) => sum + value, 0) / data.length;

/** The correlation of two windows with added noise, which agrees where the images' means do. */
function correlation(one: Window, other: Window, same: boolean): number {
  const noise = NOISE * one.numbers.length;
  let sum = same ? noise : 0;
  for (let i = 0; i < one.numbers.length; i++) sum += one.numbers[i] * other.numbers[i];
  return sum / Math.sqrt((one.square + noise) * (other.square + noise));
}

/**
 * How much two images agree in their pixels, in [−1, 1]: the correlation of their colours, of the whole of one and the
 * best window of the other. What is fainter than the noise of re-encoding counts little, so nearly blank images agree
 * where their means do.
 */
export function likeness(one: Small, other: Small): number {
  const [ours, theirs] = [windows(one), windows(other)];
  const same = Math.abs(mean(one) - mean(other)) < SAME;
  const [first, second] = [ours[0], theirs[0]];
  return Math.max(
    ...theirs.map(part => correlation(first, part, same)),
    ...ours.map(part => correlation(part, second, same)),
  );
}
