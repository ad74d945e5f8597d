import {createRandom, type Pixels} from '@contrastive/augment';
import type {ViewsBytes, ViewsRequest} from './source.js';

/** Views of images whose pixels are at hand. */
export function viewsOfPixels({indices, keys, augments, stream}: ViewsRequest, pixelsAt: (index: number) => Pixels): ViewsBytes {
  const made = augments.map((augment, view) => {
    const [first] = Array.from(indices.subarray(0, 1), pixelsAt);
    const size = augment.outputSize(first.height, first.width);
    const length = size[0] * size[1] * first.channels;
    const bytes = new Uint8Array(indices.length * length);
    indices.forEach((index, row) => {
      const pixels = pixelsAt(index);
      const params = augment.sample(pixels.height, pixels.width, createRandom(...stream, keys[row], view));
      augment.view(pixels, params, bytes.subarray(row * length, (row + 1) * length));
    });
    return {bytes, size};
  });
  return {views: made.map(({bytes}) => bytes), sizes: made.map(({size}) => size), bad: []};
}
