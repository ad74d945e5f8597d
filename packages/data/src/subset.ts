import {checkIndices} from '@contrastive/internal';
import {checkSource} from './check-source.js';
import type {Source} from './source.js';

/**
 * Creates a source that holds the images of another at the given indices, in that order; image `i` of the subset is
 * image `indices[i]` of `source`. Its `bad` is that of the whole source, and its `close` closes that.
 *
 * @throws RangeError when an index lies outside the source.
 * @example
 * const first1000 = subset(source, Array.from({length: 1000}, (_, i) => i));
 */
export function subset(source: Source, indices: ArrayLike<number>): Source {
  checkSource('subset', source);
  checkIndices('subset', indices, source.length);
  const chosen = Int32Array.from(indices);
  const {channels, size, labels, classNames, inThreads} = source;
  return {
    length: chosen.length,
    channels,
    ...(size && {size}),
    ...(labels && {labels: chosen.map(index => labels[index])}),
    ...(classNames && {classNames}),
    inThreads,
    nameOf: index => source.nameOf(chosen[index]),
    views: async request => {
      checkIndices('views', request.indices, chosen.length);
      return source.views({...request, indices: request.indices.map(index => chosen[index])});
    },
    get bad() {
      return source.bad;
    },
    close: async () => source.close(),
  };
}
