import {evalAugment, viewSize, type Augment} from '@contrastive/augment';
import type {Source} from '@contrastive/data';

/** Edge of a thumbnail in pixels, of images that are larger. */
const EDGE = 48;

/** Images of a source, of which one more view of each is kept as they go by. */
export interface Watched {
  /** The same images, to be read once. */
  readonly source: Source;
  /** Edge of a thumbnail in pixels. */
  readonly tile: number;
  /** The thumbnails of these images, one after the other, `[n, tile, tile, channels]`; all were asked for before. */
  readonly of: (indices: ArrayLike<number>) => Uint8Array;
}

/** What a thumbnail shows: images that are small and square as they are, of others the central square. */
function thumbnail({size}: Source): Augment {
  if (size && size[0] === size[1] && size[0] <= EDGE) return evalAugment();
  return evalAugment({size: EDGE, crop: 1});
}

/**
 * Makes a thumbnail of each image that somebody reads, as another view of it: so no image is decoded twice. One that is
 * read again keeps its first.
 */
export function withThumbnails(source: Source): Watched {
  const augment = thumbnail(source);
  const tile = viewSize(augment)?.[0] ?? source.size?.[0] ?? EDGE;
  const bytes = tile * tile * source.channels;
  const kept = new Map<number, Uint8Array>();
  return {
    tile,
    source: {
      ...wrapped(source),
      async views(request) {
        const {views, sizes, bad} = await source.views({...request, augments: [...request.augments, augment]});
        const own = views[request.augments.length];
        request.indices.forEach((index, i) => {
          if (!kept.has(index)) kept.set(index, own.slice(i * bytes, (i + 1) * bytes));
        });
        return {views: views.slice(0, -1), sizes: sizes.slice(0, -1), bad};
      },
    },
    of(indices) {
      const result = new Uint8Array(indices.length * bytes);
      for (let i = 0; i < indices.length; i++) result.set(kept.get(indices[i]) ?? new Uint8Array(bytes), i * bytes);
      return result;
    },
  };
}

/** A source that says of its images what another one says. */
export const wrapped = (source: Source): Source => ({
  length: source.length,
  channels: source.channels,
  ...(source.size && {size: source.size}),
  ...(source.labels && {labels: source.labels}),
  ...(source.classNames && {classNames: source.classNames}),
  nameOf: index => source.nameOf(index),
  inThreads: source.inThreads,
  views: request => source.views(request),
  get bad() {
    return source.bad;
  },
  close: () => source.close(),
});
