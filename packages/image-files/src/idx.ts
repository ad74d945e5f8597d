import {fromArrays, type Source} from '@contrastive/data';
import {readPlainOrGzip} from './read-file.js';

/** The two splits of every data set here. */
export type Split = 'train' | 'test';

const prefixes = {train: 'train', test: 't10k'} as const;

/** What MNIST and all that has its format call the files of a split, without `.gz`: images, then labels. */
export const idxNames = (split: Split): readonly [images: string, labels: string] => [
  `${prefixes[split]}-images-idx3-ubyte`,
  `${prefixes[split]}-labels-idx1-ubyte`,
];

/** The contents of an IDX file of bytes. */
interface Idx {
  /** Size of each dimension, the number of items first. */
  readonly shape: readonly number[];
  /** The values, row-major; a view of the bytes that were read. */
  readonly values: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/**
 * Reads a file of the IDX format (LeCun, Cortes and Burges, the MNIST database), unpacked, with unsigned bytes as
 * values.
 *
 * @param bytes The whole file.
 * @param dimensions How many dimensions to expect: 3 for images, 1 for labels.
 * @param name What errors call the file.
 * @throws Error when the magic number is another, or the file is shorter or longer than its header says.
 */
export function readIdx(bytes: Uint8Array, dimensions: number, name: string): Idx {
  const headerLength = 4 + 4 * dimensions;
  if (bytes.length < headerLength) {
    throw new Error(
      `${name}: expected at least ${headerLength} bytes, got ${bytes.length}; the file is truncated, fetch it again.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const expected = (UNSIGNED_BYTE << 8) | dimensions;
  if (magic !== expected) {
    throw new Error(
      `${name}: expected the magic number ${hex(expected)} (IDX, unsigned bytes, ${dimensions} dimensions), got ` +
        `${hex(magic)}; give the right file, or swap images and labels back.`,
    );
  }
  const shape = Array.from({length: dimensions}, (_, d) => view.getUint32(4 + 4 * d));
  const length = headerLength + shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== length) {
    const state = bytes.length < length ? 'truncated' : 'too long';
    const expectation = `${name}: expected ${length} bytes for the shape [${shape.join(', ')}]`;
    throw new Error(`${expectation}, got ${bytes.length}; the file is ${state}, fetch it again.`);
  }
  return {shape, values: bytes.subarray(headerLength)};
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

/**
 * Opens images and labels in the format of MNIST, plain or gzipped, and keeps them in memory as bytes. Throws an Error
 * when they are missing or damaged.
 */
export async function openIdx(
  where: string,
  directory: string,
  split: Split,
  classNames: readonly string[],
): Promise<Source> {
  const [imageFile, labelFile] = idxNames(split);
  const images = await readPlainOrGzip(where, directory, imageFile);
  const labels = await readPlainOrGzip(where, directory, labelFile);
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
