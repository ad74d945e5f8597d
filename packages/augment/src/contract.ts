import type {Tensor4D} from '@tensorflow/tfjs-core';
import type {Random} from './random.js';

/** A batch of images, `[n, height, width, channels]` float32 in [0, 1]; 1 channel (grey) or 3 (RGB). */
export type Images = Tensor4D;

/**
 * An image as bytes: rows from the top, pixels from the left, channels innermost, `[height, width, channels]` of 0 to
 * 255.
 */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly height: number;
  readonly width: number;
  /** 1 (grey) or 3 (RGB). */
  readonly channels: 1 | 3;
  /**
   * How many rows and columns of the original one of these stands for, where a decoder made the image smaller;
   * parameters count in the original's.
   */
  readonly reducedBy?: readonly [rows: number, columns: number];
}

/**
 * An image on its way through an augmentation: a plane for each channel, one after the other, rows from the top,
 * `[channels, height, width]` float32 in [0, 1]. In planes an operation is a loop over numbers that lie side by side.
 */
export interface PlanarImage {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
  /** 1 (grey) or 3 (RGB). */
  readonly channels: 1 | 3;
}

/** What happens to one image, as plain data: one entry for each operation, by the operation's name. */
export type ViewParams = Readonly<Record<string, unknown>>;

/** Mean and standard deviation of each channel: one number each for grey images, three for RGB. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** How a built-in operation was made, as plain data, so that a worker can make it again. */
export interface OperationRecipe {
  readonly kind: string;
  readonly options: unknown;
}

/**
 * One step of an augmentation, with sampling apart from applying. A custom operation is a record of this shape: no
 * registration.
 *
 * @typeParam P - What is drawn for one image, as plain data.
 */
export interface Operation<P = unknown> {
  /** The key of the operation's entry in the parameters of a view; unique within an augmentation. */
  readonly name: string;
  /** Draws what happens to one image of `height` × `width` pixels. Pure: the same stream gives the same result. */
  sample(height: number, width: number, random: Random): P;
  /**
   * Applies `params` to one image. The image is the operation's: it may write to `data` and return the same image, or
   * return another.
   */
  apply(image: PlanarImage, params: P): PlanarImage;
  /** Height and width after the operation, for an operation that changes them. */
  outputSize?(height: number, width: number): readonly [height: number, width: number];
}

/**
 * A policy of random views, with sampling apart from making them: testable number by number, and the same whatever the
 * batch or worker.
 */
export interface Augment {
  /** What it does, in order. */
  readonly operations: readonly Operation[];
  /**
   * What is subtracted from the views and what they are divided by, where the policy ends in `normalize`: it happens to
   * whole batches, see `toImages`.
   */
  readonly normalization?: Normalization;
  /** Height and width of the view of an image of `height` × `width` pixels. */
  outputSize(height: number, width: number): readonly [height: number, width: number];
  /** Draws what happens to one image of `height` × `width` pixels. Pure: the same stream gives the same result. */
  sample(height: number, width: number, random: Random): ViewParams;
  /**
   * How many times smaller than the original a decoder may make an image for these views, a number of at least 1: with
   * 2, half its height and half its width are enough.
   */
  reduction(params: ViewParams): number;
  /** Makes a view of one image as bytes, before normalisation; the result is new, or written to `target`. */
  view(image: Pixels, params: ViewParams, target?: Uint8Array): Pixels & {readonly data: Uint8Array};
}
