import {checkIndices} from './check.js';
import type {IndexedSource} from './source.js';

/**
 * Creates a source that holds the images of another at the given indices, in that order; image `i` of the subset is
 * image `indices[i]` of `source`. Its `bad` is that of the whole source, and its `close` closes that.
 *
 * @throws RangeError when an index lies outside the source.
 * @example
 * const first1000 = subset(source, Array.from({length: 1000}, (_, i) => i));
 */
export function subset(source: IndexedSource, indices: ArrayLike<number>): IndexedSource {
  checkIndices('subset', indices, source.length);
  const chosen = Int32Array.from(indices);
  const inSource = (where: string, within: ArrayLike<number>) => {
    checkIndices(where, within, chosen.length);
    return Int32Array.from(within, index => chosen[index]);
  };
  const {height, width, channels, labels, classNames} = source;
  const [readGood, views, close] = [
    source.readGood?.bind(source),
    source.views?.bind(source),
    source.close?.bind(source),
  ];
  return {
    height,
    width,
    channels,
    length: chosen.length,
    ...(labels && {labels: chosen.map(index => labels[index])}),
    ...(classNames && {classNames}),
    read: async within => source.read(inSource('read', within)),
    ...(readGood && {readGood: async within => readGood(inSource('readGood', within))}),
    ...(views && {views: async request => views({...request, indices: inSource('views', request.indices)})}),
    ...(close && {close}),
    get bad() {
      return source.bad;
    },
  };
}
