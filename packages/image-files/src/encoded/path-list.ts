import {join} from 'node:path';

/** Names one after the other, and where each ends: an object for each name would take several times the memory. */
export interface PackedNames {
  readonly text: string;
  readonly ends: Uint32Array;
}

/** The files of one directory. */
export interface Listed {
  readonly directory: string;
  readonly names: PackedNames;
}

/** Paths of files. */
export interface PathList {
  readonly length: number;
  at(index: number): string;
}

/** Packs names. */
export function packNames(names: readonly string[]): PackedNames {
  let end = 0;
  return {text: names.join(''), ends: Uint32Array.from(names, name => (end += name.length))};
}

/** The paths of files, directory by directory. */
export function pathList(directories: readonly Listed[]): PathList {
  const starts: number[] = [];
  let length = 0;
  for (const {
    names: {ends},
  } of directories) {
    starts.push(length);
    length += ends.length;
  }
  return {
    length,
    at(index) {
      const which = lastAtMost(starts, index);
      const {
        directory,
        names: {text, ends},
      } = directories[which];
      const i = index - starts[which];
      return join(directory, text.slice(i === 0 ? 0 : ends[i - 1], ends[i]));
    },
  };
}

/** The position of the last of some ascending numbers that is not above `value`. */
function lastAtMost(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ascending[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
