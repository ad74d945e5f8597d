import {checkIndices} from './check.js';
import type {IndexedSource} from './source.js';

/**
 * Creates a source that holds the images of another at the given indices, in that order; image `i` of the subset is image `indices[i]` of `source`.
 *
 * @throws RangeError when an index lies outside the source.
 * @example
 * const first1000 = subset(source, Array.from({length: 1000}, (_, i) => i));
 */
export function subset(source: IndexedSource, indices: ArrayLike<number>): IndexedSource {
  checkIndices('subset', indices, source.length);
  const chosen = Int32Array.from(indices);
  const {height, width, channels, labels, classNames} = source;
  return {
    height, width, channels,
    length: chosen.length,
    ...(labels && {labels: chosen.map(index => labels[index])}),
    ...(classNames && {classNames}),
    read: async within => {
      checkIndices('read', within, chosen.length);
      return source.read(Int32Array.from(within, index => chosen[index]));
    },
  };
}
