import {labelSubset, subset, type Source} from '@contrastive/data';

/** What takes at most so many images of a source, as many of each class; all where there are fewer. */
export const fewOf =
  (most: number, seed: number) =>
  (source: Source): Source => {
    if (source.length <= most || source.labels === undefined) return source;
    return subset(source, labelSubset(source.labels, most, seed));
  };
