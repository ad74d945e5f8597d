import {checkSplit} from './check.js';
import {fromArrays} from './from-arrays.js';
import {readIdx} from './idx.js';
import {readPlainOrGzip} from './read-file.js';
import type {IndexedSource} from './source.js';

/** What the two files of a split are called, without `.gz`. */
export interface IdxNames {
  /** The file of the images. */
  readonly images: string;
  /** The file of their labels. */
  readonly labels: string;
}

const prefixes = {train: 'train', test: 't10k'} as const;

/** What MNIST and all that has its format call the files of a split; throws a RangeError for an unknown split. */
export function idxNames(where: string, split: string): IdxNames {
  checkSplit(where, split);
  return {images: `${prefixes[split]}-images-idx3-ubyte`, labels: `${prefixes[split]}-labels-idx1-ubyte`};
}

/**
 * Opens images and labels in the format of MNIST, plain or gzipped, and keeps them in memory as bytes. Throws an Error
 * when they are missing or damaged.
 */
export async function openIdx(
  directory: string,
  names: IdxNames,
  classNames: readonly string[],
): Promise<IndexedSource> {
  const images = await readPlainOrGzip(directory, names.images);
  const labels = await readPlainOrGzip(directory, names.labels);
  const {
    shape: [count, height, width],
    values,
  } = readIdx(images.bytes, 3, images.file);
  const {
    shape: [labelCount],
    values: classes,
  } = readIdx(labels.bytes, 1, labels.file);
  if (labelCount !== count) {
    throw new Error(
      `${labels.file}: expected ${count} labels, as many as ${images.file} has images, got ${labelCount}; fetch ` +
        'both files again.',
    );
  }
  const unknown = classes.findIndex(label => label >= classNames.length);
  if (unknown >= 0) {
    throw new Error(
      `${labels.file}: expected labels from 0 to ${classNames.length - 1}, got ${classes[unknown]} at ` +
        `${unknown}; fetch it again.`,
    );
  }
  return fromArrays({images: values, height, width, labels: classes, classNames});
}
