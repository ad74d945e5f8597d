import type {ViewsBytes, ViewsRequest} from '../source.js';

/** Where an encoded image (JPEG, PNG, …) is: plain data that can be sent to a worker. */
export interface EncodedImage {
  /** What reports call it: its path, or the name of the file that holds it and its place there. */
  readonly path: string;
  /** The image itself; without it, `path` is a file to read. */
  readonly bytes?: Uint8Array;
  /** The directory, without links in its path, that a link at `path` must not lead out of. */
  readonly within?: string;
}

/** How encoded images become pixels. */
export interface DecodeOptions {
  /** 3 (RGB) or 1 (grey). */
  readonly channels: 1 | 3;
  /** Images of more pixels are refused before they are decoded. */
  readonly mostPixels: number;
}

/** What turns encoded images into views: in worker threads, or in this one. */
export interface Decoders {
  /**
   * Views of the given images; `request.keys[i]` belongs to `images[i]`. An image that cannot be used is reported in
   * the result, it throws nothing.
   */
  views(images: readonly EncodedImage[], request: Omit<ViewsRequest, 'indices'>): Promise<ViewsBytes>;
  /** Ends the workers; a later call of `views` starts new ones. */
  close(): Promise<void>;
}

/** Images of more pixels are refused, unless an option says otherwise. */
export const MOST_PIXELS = 100_000_000;
