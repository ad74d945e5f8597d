import {createRandom, type Pixels} from '@contrastive/augment';
import type {EncodedImage, Source} from '@contrastive/data';
import sharp, {type Sharp} from 'sharp';
import {pixelsOf} from '../../data/pixels.js';

/** What happens to copies of images. */
export const editNames = ['re-encoded', 'half the size', 'cropped by 5 %'] as const;

/** One of them. */
export type Edit = (typeof editNames)[number];

/** A copy of an image that was edited, as a file has it. */
export interface Edited {
  /** Which image it is of, by its place among those that were asked for. */
  readonly of: number;
  readonly edit: Edit;
  readonly image: EncodedImage;
}

/** Keeps what is cropped apart from other choices by the same seed. */
const CROP_STREAM = 0xc509;

/** Photographs of 12 megapixels take a second each with more. */
const QUICK = {compressionLevel: 1};

const raw = ({data, width, height, channels}: Pixels): Sharp => sharp(data, {raw: {width, height, channels}});

/** What each edit makes of an image. */
const edits: Readonly<Record<Edit, (pixels: Pixels, random: () => number) => Promise<Buffer>>> = {
  're-encoded': async pixels => raw(pixels).jpeg({quality: 75}).toBuffer(),
  'half the size': async pixels => {
    const [width, height] = [pixels.width, pixels.height].map(side => Math.max(8, Math.round(side / 2)));
    return raw(pixels).resize(width, height, {fit: 'fill'}).png(QUICK).toBuffer();
  },
  'cropped by 5 %': async (pixels, random) => {
    const [width, height] = [pixels.width, pixels.height].map(side => Math.max(1, Math.round(0.95 * side)));
    const left = Math.floor(random() * (pixels.width - width + 1));
    const top = Math.floor(random() * (pixels.height - height + 1));
    return raw(pixels).extract({left, top, width, height}).png(QUICK).toBuffer();
  },
};

/**
 * Copies of images as mild edits leave them: re-encoded (JPEG, quality 75), half as large, without a twentieth of their
 * sides. Which part is cut off is drawn by the seed.
 */
export async function editedCopies(source: Source, indices: readonly number[], seed: number): Promise<Edited[]> {
  const found: Edited[] = [];
  for (const [of, index] of indices.entries()) {
    const pixels = await pixelsOf(source, index);
    if (pixels === undefined) continue;
    const stream = createRandom(seed, CROP_STREAM, index);
    for (const edit of editNames) {
      const bytes = new Uint8Array(await edits[edit](pixels, () => stream.uniform(0, 1)));
      found.push({of, edit, image: {path: `${source.nameOf(index)} (${edit})`, bytes}});
    }
  }
  return found;
}
