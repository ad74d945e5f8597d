import {subset, type Source} from '@contrastive/data';

/** At most so many images of a source, evenly among all: those of a group lie side by side. */
export function evenly(source: Source, most: number): Source {
  const n = Math.min(most, source.length);
  return subset(
    source,
    Int32Array.from({length: n}, (_, i) => Math.floor((i * source.length) / n)),
  );
}
