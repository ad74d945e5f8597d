import type {Images} from '@contrastive/augment';

/** Images that can be read in any order, each known by its index. */
export interface IndexedSource {
  /** Number of images. */
  readonly length: number;
  /** Height of each image in pixels. */
  readonly height: number;
  /** Width of each image in pixels. */
  readonly width: number;
  /** 1 (grey) or 3 (RGB). */
  readonly channels: number;
  /** Class of each image, `[length]`, where known. */
  readonly labels?: Int32Array;
  /** Name of each class, by its number, where known. */
  readonly classNames?: readonly string[];
  /**
   * The images at `indices`, `[indices.length, height, width, channels]` in [0, 1]; the caller's to dispose.
   *
   * @throws RangeError (a rejection) when an index lies outside 0 to `length − 1`.
   */
  read(indices: ArrayLike<number>): Promise<Images>;
}
