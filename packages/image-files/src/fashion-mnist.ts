import type {Source} from '@contrastive/data';
import {checkOptions, choice, flag, text, type Rules} from '@contrastive/internal';
import {bundledDirectory, fullDirectory} from './fashion-mnist-files.js';
import {idxNames, openIdx} from './idx.js';

/** Options of `fashionMnist`. */
export interface FashionMnistOptions {
  /** Training or test images. */
  readonly split?: 'train' | 'test';
  /** Read the files in this directory, gzipped or plain, instead of the bundled ones. */
  readonly directory?: string;
  /** Read all 60,000 training images instead of the bundled 10,000. */
  readonly full?: boolean;
}

const rules: Rules<FashionMnistOptions> = {split: choice('train', 'test'), directory: text, full: flag};

const classNames = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/**
 * Opens Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017, arXiv 1708.07747): grey images of 28 × 28 in 10 classes, kept in
 * memory as bytes. Without options the first 10,000 training images, which the package `@contrastive/fashion-mnist`
 * bundles, checked; with `directory` the files there, unchecked; with `full` the files of the Debian package
 * `dataset-fashion-mnist`, else of the cache (`CONTRASTIVE_CACHE`), else downloaded into the cache and checked. The
 * files of MNIST have the same names and format; `mnist` reads them.
 *
 * @throws TypeError for an unknown option, RangeError for another split; Error when files are missing, damaged or do
 * not fit each other, with what to do.
 * @example
 * const train = await fashionMnist();
 * const test = await fashionMnist({split: 'test'});
 */
export async function fashionMnist(options: FashionMnistOptions = {}): Promise<Source> {
  checkOptions('fashionMnist', options, rules);
  const {split = 'train', full = false} = options;
  const {directory = await (full ? fullDirectory : bundledDirectory)(idxNames(split))} = options;
  return openIdx('fashionMnist', directory, split, classNames);
}
