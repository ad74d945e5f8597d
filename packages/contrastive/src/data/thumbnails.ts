import {evalAugment} from '@contrastive/augment';
import {readImages, type Source} from '@contrastive/data';
import sharp from 'sharp';

/** Images that are decoded at a time. */
const BATCH = 64;

/**
 * Small pictures of images, made anew from their pixels, as URLs that carry them (WebP): nothing of a file itself gets
 * into a page.
 *
 * @returns By index; images that cannot be read any more are missing.
 * @throws Error, where the source does.
 */
export async function thumbnails(source: Source, indices: readonly number[], size = 144): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  const augment = evalAugment({size, crop: 1});
  const unique = [...new Set(indices)];
  for (let from = 0; from < unique.length; from += BATCH) {
    const asked = unique.slice(from, from + BATCH);
    const {bytes, shape, positions} = await readImages(source, asked, augment);
    const length = shape[1] * shape[2] * shape[3];
    for (const [row, position] of positions.entries()) {
      const raw = {width: shape[2], height: shape[1], channels: source.channels};
      const webp = await sharp(bytes.subarray(row * length, (row + 1) * length), {raw})
        .webp({quality: 72})
        .toBuffer();
      found.set(asked[position], `data:image/webp;base64,${webp.toString('base64')}`);
    }
  }
  return found;
}
