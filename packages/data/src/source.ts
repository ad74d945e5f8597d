import type {Augment, Images} from '@contrastive/augment';

/** An image that could not be used. */
export interface BadImage {
  /** Where it is: a path, or the name of the file that holds it and its place there. */
  readonly path: string;
  /** What is wrong with it. */
  readonly reason: string;
}

/** What is asked of a source for the random views of one batch. */
export interface ViewsRequest {
  /** Which images, `[n]`. */
  readonly indices: Int32Array;
  /**
   * What each image is known by to the random stream, `[n]`: its index in the source that was asked first, whatever
   * that is made of.
   */
  readonly keys: Int32Array;
  /** The augmentation of each view. */
  readonly augments: readonly Augment[];
  /**
   * The key of the random stream before image and view: view `v` of image `i` is drawn from `createRandom(...stream,
   * keys[i], v)`.
   */
  readonly stream: readonly [number, ...number[]];
}

/** The views of a batch as bytes, before normalisation. */
export interface ViewsBytes {
  /** For each view its images one after the other, `[n, height, width, channels]`; those of bad images are zeros. */
  readonly views: readonly Uint8Array[];
  /** Height and width of each view. */
  readonly sizes: readonly (readonly [height: number, width: number])[];
  /** The images that could not be used, by their position in the request. */
  readonly bad: readonly (BadImage & {readonly position: number})[];
}

/** Images that can be read in any order, each known by its index. */
export interface IndexedSource {
  /** Number of images. */
  readonly length: number;
  /** Height in pixels of the images that `read` gives. */
  readonly height: number;
  /** Width in pixels of the images that `read` gives. */
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
   * @throws RangeError (a rejection) when an index lies outside 0 to `length − 1`; Error when an image cannot be
   * decoded.
   */
  read(indices: ArrayLike<number>): Promise<Images>;
  /**
   * The images at `indices` that can be used: their pixels as `read` gives them, and their positions in `indices`.
   * Sources whose images may be bad have it.
   */
  readGood?(indices: ArrayLike<number>): Promise<{readonly images: Images; readonly positions: Int32Array}>;
  /**
   * Random views, where the source can make them faster than by `read`, from the images as they were before they were
   * fitted to `height` × `width`.
   */
  views?(request: ViewsRequest): Promise<ViewsBytes>;
  /** The bad images met so far, each once; grows while images are read. Sources whose images may be bad have it. */
  readonly bad?: readonly BadImage[];
  /** Ends what the source keeps running or open. It can be read again afterwards, and starts anew what it needs. */
  close?(): Promise<void>;
}
