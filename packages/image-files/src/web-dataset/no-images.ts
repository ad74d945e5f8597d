import type {BadImage} from '@contrastive/data';
import {firstOf} from '../bad-images.js';
import type {Shard} from './find-shards.js';

/** Says that shards have no images. */
export function noImages(where: string, shards: readonly Shard[], bad: readonly BadImage[]): Error {
  const why = bad.length > 0 ? ` (of what is bad the first: ${firstOf(bad)})` : '';
  return new Error(
    `${where}: expected images in the shards, of which there are ${shards.length}, the first ${shards[0].file}, ` +
      `found none${why}; an image is a file that ends in .jpg, .png and so on, right after its key.`,
  );
}
