import {createRandom, viewSize, type Augment, type Pixels, type ViewParams} from '@contrastive/augment';
import type {EncodedImage, ViewsBytes, ViewsRequest} from '@contrastive/data';
import {inFlight} from '@contrastive/internal';
import {BadImageError} from '../bad-images.js';
import {openImage, type DecodeOptions} from './decode.js';
import {realDirectories} from './read-encoded.js';

/** An image with what happens to it in each view, or why it cannot be used. */
type Prepared = {readonly pixels: Pixels; readonly params: readonly ViewParams[]} | {readonly reason: string};

/** How many images are decoded, in other threads, while the views of one are made in this thread. */
const LOOK_AHEAD = 3;

/**
 * Decodes each image once, as small as its views allow, and makes all its views; those of bad images are zeros.
 *
 * @param onLastBegun Called when the last image begins to be decoded: from then on there is time to decode others.
 * @throws RangeError (a rejection) when the views of an augmentation have no size of their own.
 */
export async function makeViews(
  images: readonly EncodedImage[],
  {augments, keys, stream}: Omit<ViewsRequest, 'indices'>,
  options: DecodeOptions,
  onLastBegun?: () => void,
): Promise<ViewsBytes> {
  const realDirectory = realDirectories();
  const sizes = augments.map(sizeOf);
  const lengths = sizes.map(([height, width]) => height * width * options.channels);
  const views = lengths.map(length => new Uint8Array(images.length * length));
  const bad: ViewsBytes['bad'][number][] = [];

  const prepare = async (position: number): Promise<Prepared> => {
    try {
      const opened = openImage(images[position], options, realDirectory);
      if (position === images.length - 1) onLastBegun?.();
      const image = await opened;
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

  let position = 0;
  for await (const image of inFlight(images.keys(), prepare, LOOK_AHEAD)) {
    if ('reason' in image) {
      bad.push({position, path: images[position].path, reason: image.reason});
    } else {
      for (const [view, augment] of augments.entries()) {
        const target = views[view].subarray(position * lengths[view], (position + 1) * lengths[view]);
        augment.view(image.pixels, image.params[view], target);
      }
    }
    position++;
  }
  return {views, sizes, bad};
}

/**
 * Height and width of an augmentation's views of encoded images, which differ in size.
 *
 * @throws RangeError when the views would differ as well.
 */
function sizeOf(augment: Augment): readonly [height: number, width: number] {
  const size = viewSize(augment);
  if (size) return size;
  throw new RangeError(
    'views: expected an augmentation whose views have one size, whatever the image, got one without; begin it with a ' +
      'crop, as randomResizedCrop({size: 224}) and evalAugment({size: 224}) do.',
  );
}
