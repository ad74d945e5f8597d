import {evalAugment, type Augment, type Pixels} from '@contrastive/augment';
import {readImages, type Source} from '@contrastive/data';

/** How large an image is as it lies on disk, and some of its pixels. */
export interface Glimpse {
  readonly height: number;
  readonly width: number;
  /** Its central square, resized. */
  readonly pixels: Pixels;
}

/** Pixels of the squares of {@link glimpses}, each way. */
const SIDE = 32;

/**
 * The sizes of images, and what they look like in small; those that cannot be used are left out.
 *
 * @throws Error, where the source does.
 */
export async function glimpses(source: Source, indices: readonly number[]): Promise<Glimpse[]> {
  const found: Glimpse[] = [];
  const base = evalAugment({size: SIDE, crop: 1});
  for (const index of indices) {
    let [height, width] = [0, 0];
    // A policy is told the size of the whole image, also where a decoder makes it smaller.
    const augment: Augment = {
      ...base,
      sample: (...size) => {
        [height, width] = size;
        return base.sample(...size);
      },
    };
    const {bytes, positions} = await readImages(source, [index], augment);
    if (positions.length === 0) continue;
    found.push({height, width, pixels: {data: bytes, height: SIDE, width: SIDE, channels: source.channels}});
  }
  return found;
}

/**
 * The pixels of an image as it is, before any preparation; undefined where it cannot be used.
 *
 * @throws Error, where the source does.
 */
export async function pixelsOf(source: Source, index: number): Promise<Pixels | undefined> {
  let found: Pixels | undefined;
  const base = evalAugment({size: 1});
  const augment: Augment = {
    ...base,
    reduction: () => 1, // the whole of it
    view: (image, ...rest) => {
      found = {...image, data: Uint8Array.from(image.data)}; // the decoder's memory is used again
      return base.view(image, ...rest);
    },
  };
  const {positions} = await readImages(source, [index], augment);
  return positions.length === 0 ? undefined : found;
}
