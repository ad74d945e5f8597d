import type {PlanarImage} from './contract.js';
import type {Random} from './random.js';

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
