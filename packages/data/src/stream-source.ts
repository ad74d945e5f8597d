import type {BadImage, ViewsBytes, ViewsRequest} from './source.js';

/** Where an encoded image (JPEG, PNG, …) is: plain data that can be sent to a worker. */
export interface EncodedImage {
  /** What reports call it: its path, or the name of the file that holds it and its place there. */
  readonly path: string;
  /** The image itself; without it, `path` is a file to read. */
  readonly bytes?: Uint8Array;
  /** The directory, without links in its path, that a link at `path` must not lead out of. */
  readonly within?: string;
  /** Why there are no bytes, where there are none; by default that it is empty. */
  readonly missing?: string;
}

/** Where a pass over a stream stands: plain data to save in a checkpoint as JSON. */
export type StreamPosition = Readonly<Record<string, unknown>>;

/** One image of a stream. */
export interface StreamSample extends EncodedImage {
  /** What the image is known by, `shard/key`; the same in every pass. */
  readonly key: string;
  /** Class, where known. */
  readonly label?: number;
  /** Where the pass stands after this sample. */
  readonly position: StreamPosition;
}

/** Which pass over a stream, and from where on. */
export interface PassOptions {
  /** The order is a function of seed and epoch. */
  readonly seed: number;
  readonly epoch: number;
  /** Goes on after the sample that had this position, of a pass with the same seed and epoch. */
  readonly position?: StreamPosition;
}

/** Images that come one after the other, without an index: shards. Views are made in other threads. */
export interface StreamSource {
  /** 1 (grey) or 3 (RGB). */
  readonly channels: 1 | 3;
  /** Name of each class, by its number, where known. */
  readonly classNames?: readonly string[];
  /**
   * One pass over all images. Leaving it early frees what it holds.
   *
   * @throws RangeError, at the call, for a bad seed or epoch; Error for a position of another pass or other shards.
   */
  samples(options: PassOptions): AsyncIterable<StreamSample>;
  /** Views of samples; `request.keys[i]` belongs to `samples[i]`. */
  views(samples: readonly StreamSample[], request: Omit<ViewsRequest, 'indices'>): Promise<ViewsBytes>;
  /** The bad images and damaged places met so far. */
  readonly bad: readonly BadImage[];
  /** Ends what the source keeps running or open. */
  close(): Promise<void>;
}
