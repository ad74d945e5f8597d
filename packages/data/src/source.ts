import type {Augment} from '@contrastive/augment';

/** An image that could not be used. */
export interface BadImage {
  /** Where it is: a path, or the name of the file that holds it and its place there. */
  readonly path: string;
  /** What is wrong with it. */
  readonly reason: string;
}

/** What is asked of a source: the views of one batch. */
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

/** Images that can be had in any order, each known by its index. `fromImages` makes one of images of your own. */
export interface Source {
  /** Number of images. */
  readonly length: number;
  /** 1 (grey) or 3 (RGB). */
  readonly channels: 1 | 3;
  /** Height and width in pixels, where all images have the same. */
  readonly size?: readonly [height: number, width: number];
  /** Class of each image, `[length]`, where known. */
  readonly labels?: Int32Array;
  /** Name of each class, by its number, where known. */
  readonly classNames?: readonly string[];
  /** What people call an image: a path, a key, or its index. */
  nameOf(index: number): string;
  /** Whether views are made in other threads, so that it helps to ask ahead. */
  readonly inThreads: boolean;
  /**
   * Views of images. Looking at images as they are is the same with a policy of evaluation; see `readImages`.
   *
   * @throws RangeError (a rejection) when an index lies outside 0 to `length − 1`, or views differ in size.
   */
  views(request: ViewsRequest): Promise<ViewsBytes>;
  /** The bad images met so far, each once; grows while images are asked for. */
  readonly bad: readonly BadImage[];
  /** Ends what the source keeps running or open. It can be asked again afterwards, and starts anew what it needs. */
  close(): Promise<void>;
}
