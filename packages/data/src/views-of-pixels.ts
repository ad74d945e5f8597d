import {createRandom, type Pixels} from '@contrastive/augment';
import type {ViewsBytes, ViewsRequest} from './source.js';

/** Views of images whose pixels are at hand. */
export function viewsOfPixels(
  {indices, keys, augments, stream}: ViewsRequest,
  pixelsAt: (index: number) => Pixels,
): ViewsBytes {
  if (indices.length === 0)
    return {views: augments.map(() => new Uint8Array(0)), sizes: augments.map(() => [0, 0] as const), bad: []};
  const made = augments.map((augment, view) => {
    const first = pixelsAt(indices[0]);
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
