import {createRandom, type Pixels, type ViewParams} from '@contrastive/augment';
import type {ViewsBytes, ViewsRequest} from '../source.js';
import {BadImageError} from './bad-image-error.js';
import type {DecodeOptions, EncodedImage} from './contract.js';
import {openImage} from './decode.js';
import {realDirectories} from './read-encoded.js';
import {viewSize} from './view-size.js';

/** An image with what happens to it in each view, or why it cannot be used. */
type Prepared = {readonly pixels: Pixels; readonly params: readonly ViewParams[]} | {readonly reason: string};

/** How many images are decoded, in other threads, while the views of one are made in this thread. */
const LOOK_AHEAD = 3;

/**
 * Decodes each image once, as small as its views allow, and makes all its views; those of bad images are zeros.
 *
 * @param onLastBegun - Called when the last image begins to be decoded: from then on there is time to decode others.
 * @throws RangeError (a rejection) when the views of an augmentation have no size of their own.
 */
export async function makeViews(
  images: readonly EncodedImage[],
  request: Omit<ViewsRequest, 'indices'>,
  options: DecodeOptions,
  onLastBegun?: () => void,
): Promise<ViewsBytes> {
  const {augments, keys, stream} = request;
  const {channels} = options;
  const realDirectory = realDirectories();
  const sizes = augments.map(viewSize);
  const lengths = sizes.map(([height, width]) => height * width * channels);
  const views = lengths.map(length => new Uint8Array(images.length * length));
  const bad: ViewsBytes['bad'][number][] = [];

  const prepare = async (position: number): Promise<Prepared> => {
    try {
      const image = await openImage(images[position], options, realDirectory);
      const params = augments.map((augment, view) =>
        augment.sample(image.height, image.width, createRandom(...stream, keys[position], view)),
      );
      const reduction = Math.min(...augments.map((augment, view) => augment.reduction(params[view])));
      return {params, pixels: await image.decode(reduction)};
    } catch (error) {
      if (error instanceof BadImageError) return {reason: error.message};
      throw error;
    }
  };

  const ahead: Promise<Prepared>[] = [];
  for (let position = 0, next = 0; position < images.length; position++) {
    for (; next < images.length && next <= position + LOOK_AHEAD; next++) {
      const prepared = prepare(next);
      prepared.catch(() => undefined); // met below, unless one before it throws
      ahead.push(prepared);
      if (next === images.length - 1) onLastBegun?.();
    }
    const image = await ahead[0];
    void ahead.shift();
    if ('reason' in image) {
      bad.push({position, path: images[position].path, reason: image.reason});
      continue;
    }
    for (const [view, augment] of augments.entries()) {
      augment.view(
        image.pixels,
        image.params[view],
        views[view].subarray(position * lengths[view], (position + 1) * lengths[view]),
      );
    }
  }
  return {views, sizes, bad};
}
