import {evalAugment} from '@contrastive/augment';
import {readImages, type Source} from '@contrastive/data';
import type {Picture} from '../messages.js';

/** Larger images are shown as squares of so many pixels; others as they are. */
const SHOWN_SIDE = 96;

/** The picture of an image of bytes `[height, width, channels]`. */
function pictureOf(bytes: Uint8Array, height: number, width: number, channels: number): Picture {
  const data = new Uint8ClampedArray(height * width * 4).fill(255);
  for (let pixel = 0; pixel < height * width; pixel++)
    for (let color = 0; color < 3; color++)
      data[4 * pixel + color] = bytes[channels * pixel + Math.min(color, channels - 1)];
  return {data, width, height};
}

/** The pictures of images of bytes `[n, height, width, channels]`. */
export function picturesOf(
  bytes: Uint8Array,
  [count, height, width, channels]: readonly [number, number, number, number],
): Picture[] {
  const size = height * width * channels;
  return Array.from({length: count}, (_, i) =>
    pictureOf(bytes.subarray(i * size, (i + 1) * size), height, width, channels),
  );
}

/** The pictures of some images of a source. */
export async function readPictures(images: Source, indices: ArrayLike<number>): Promise<Picture[]> {
  const small = images.size !== undefined && Math.max(...images.size) <= SHOWN_SIDE;
  const {bytes, shape} = await readImages(
    images,
    indices,
    small ? undefined : evalAugment({size: SHOWN_SIDE, crop: 1}),
  );
  return picturesOf(bytes, shape);
}
