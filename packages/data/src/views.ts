import type {Images} from '@contrastive/augment';

/** Two views of each image of a batch; row `i` of both comes from image `indices[i]`. */
export interface Views {
  /** View one of each image, `[n, height, width, channels]` in [0, 1]. */
  readonly first: Images;
  /** View two of each image, of the same shape. */
  readonly second: Images;
  /** Where each image stands in its source, `[n]`. */
  readonly indices: Int32Array;
  /** Class of each image where the source has one, `[n]`. */
  readonly labels?: Int32Array;
}

/** Frees both tensors of a batch. */
export function disposeViews(views: Views): void {
  views.first.dispose();
  views.second.dispose();
}
