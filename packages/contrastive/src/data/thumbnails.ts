import {evalAugment} from '@contrastive/augment';
import {readImages, type Source} from '@contrastive/data';
import sharp from 'sharp';

/** Images that are decoded at a time. */
const BATCH = 64;

/** Pictures of one size, encoded as WebP. */
export const webpOf = async (
  data: Uint8Array,
  raw: {readonly width: number; readonly height: number; readonly channels: 1 | 3},
): Promise<Buffer> => sharp(data, {raw}).webp({quality: 72}).toBuffer();

/** Small pictures of images, made anew from their pixels (WebP), by index; those that cannot be read are missing. */
async function encoded(source: Source, indices: readonly number[], size: number): Promise<Map<number, Buffer>> {
  const found = new Map<number, Buffer>();
  const {bytes, shape, positions} = await readImages(source, indices, evalAugment({size, crop: 1}));
  const length = shape[1] * shape[2] * shape[3];
  const raw = {width: shape[2], height: shape[1], channels: source.channels};
  for (const [row, position] of positions.entries())
    found.set(indices[position], await webpOf(bytes.subarray(row * length, (row + 1) * length), raw));
  return found;
}

/**
 * A small picture of an image, made anew from its pixels (WebP): nothing of the file itself gets out.
 *
 * @returns Undefined where it cannot be read any more.
 * @throws Error, where the source does.
 */
export const thumbnail = async (source: Source, index: number, size: number): Promise<Buffer | undefined> =>
  (await encoded(source, [index], size)).get(index);

/**
 * Small pictures of images, made anew from their pixels, as URLs that carry them (WebP): nothing of a file itself gets
 * into a page.
 *
 * @returns By index; images that cannot be read any more are missing.
 * @throws Error, where the source does.
 */
export async function thumbnails(source: Source, indices: readonly number[], size = 144): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  const unique = [...new Set(indices)];
  for (let from = 0; from < unique.length; from += BATCH) {
    for (const [index, webp] of await encoded(source, unique.slice(from, from + BATCH), size))
      found.set(index, `data:image/webp;base64,${webp.toString('base64')}`);
  }
  return found;
}
