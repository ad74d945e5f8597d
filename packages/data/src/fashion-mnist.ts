import {bundledDirectory, fullDirectory} from './fashion-mnist-files.js';
import {fromArrays} from './from-arrays.js';
import {readIdx} from './idx.js';
import {readPlainOrGzip} from './read-file.js';
import type {IndexedSource} from './source.js';

/** Options of `fashionMnist`. */
export interface FashionMnistOptions {
  /** Training or test images. */
  readonly split?: 'train' | 'test';
  /** Read the files in this directory, gzipped or plain, instead of the bundled ones. */
  readonly directory?: string;
  /** Read all 60,000 training images instead of the bundled 10,000. */
  readonly full?: boolean;
}

const prefixes = {train: 'train', test: 't10k'} as const;

const classNames = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'];

/**
 * Opens Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017, arXiv 1708.07747): grey images of 28 × 28 in 10 classes, kept in memory as bytes. Without
 * options the first 10,000 training images, which the package `@contrastive/fashion-mnist` bundles, checked; with `directory` the files there, unchecked; with `full`
 * the files of the Debian package `dataset-fashion-mnist`, else of the cache (`CONTRASTIVE_CACHE`), else downloaded into the cache and checked.
 * The files of MNIST have the same names and format: `directory` reads them too, but for the names of the classes.
 *
 * @throws RangeError when the split is unknown; Error when files are missing, damaged or do not fit each other, with what to do.
 * @example
 * const train = await fashionMnist();
 * const test = await fashionMnist({split: 'test'});
 */
export async function fashionMnist({split = 'train', directory, full = false}: FashionMnistOptions = {}): Promise<IndexedSource> {
  if (!Object.hasOwn(prefixes, split)) throw new RangeError(`fashionMnist: expected the split 'train' or 'test', got '${split as string}'.`);
  const prefix = prefixes[split];
  const names = {images: `${prefix}-images-idx3-ubyte`, labels: `${prefix}-labels-idx1-ubyte`} as const;
  const from = directory ?? await (full ? fullDirectory : bundledDirectory)([names.images, names.labels]);
  const images = await readPlainOrGzip(from, names.images);
  const labels = await readPlainOrGzip(from, names.labels);
  const {shape: [count, height, width], values} = readIdx(images.bytes, 3, images.file);
  const {shape: [labelCount], values: classes} = readIdx(labels.bytes, 1, labels.file);
  if (labelCount !== count) {
    throw new Error(`${labels.file}: expected ${count} labels, as many as ${images.file} has images, got ${labelCount}; fetch both files again.`);
  }
  const unknown = classes.findIndex(label => label >= classNames.length);
  if (unknown >= 0) {
    throw new Error(`${labels.file}: expected labels from 0 to ${classNames.length - 1}, got ${classes[unknown]} at ${unknown}; fetch it again.`);
  }
  return fromArrays({images: values, height, width, labels: classes, classNames});
}
