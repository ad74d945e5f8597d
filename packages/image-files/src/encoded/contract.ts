import type {EncodedImage, ViewsBytes, ViewsRequest} from '@contrastive/data';

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
