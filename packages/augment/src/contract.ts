import type {Tensor4D} from '@tensorflow/tfjs-core';
import type {Random} from './random.js';

/** A batch of images, `[n, height, width, channels]` float32 in [0, 1]; 1 channel (grey) or 3 (RGB). */
export type Images = Tensor4D;

/** What happens to one image, as plain data: one entry for each operation, by the operation's name. */
export type ViewParams = Readonly<Record<string, unknown>>;

/** A policy of random views, with sampling apart from applying: testable number by number, and the same whatever the batch or worker. */
export interface Augment {
  /** Draws what happens to one image of `height` × `width` pixels. Pure: the same stream gives the same result. */
  sample(height: number, width: number, random: Random): ViewParams;
  /** Applies `params[i]` to image `i`. The result is the caller's; `images` are left alone. */
  apply(images: Images, params: readonly ViewParams[]): Images;
}
