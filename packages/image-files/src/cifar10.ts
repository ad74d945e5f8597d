import {checkSplit} from './check.js';
import {openCifar} from './cifar-binary.js';
import type {IndexedSource} from './source.js';

/** Options of `cifar10`. */
export interface Cifar10Options {
  /** Where the files of the binary version are, or the folder `cifar-10-batches-bin` with them. */
  readonly directory: string;
  /** Training or test images. */
  readonly split?: 'train' | 'test';
}

const format = {where: 'cifar10', archive: 'cifar-10-binary.tar.gz', folder: 'cifar-10-batches-bin', classes: [10]};

const files = {train: [1, 2, 3, 4, 5].map(batch => `data_batch_${batch}.bin`), test: ['test_batch.bin']};

const classNames = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

/**
 * Opens CIFAR-10 (Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images"): 50,000 training and 10,000
 * test images in colour, 32 × 32, of 10 classes. Reads the binary version, as the authors offer it, unchecked, and
 * keeps the images in memory as bytes (154 MB for training).
 *
 * @throws RangeError when the split is unknown; Error when files are missing, truncated or have labels that CIFAR-10
 * has not, with what to do.
 * @example
 * const train = await cifar10({directory: 'data'}); // data/cifar-10-batches-bin/data_batch_1.bin and so on
 * const test = await cifar10({directory: 'data', split: 'test'});
 */
export async function cifar10({directory, split = 'train'}: Cifar10Options): Promise<IndexedSource> {
  checkSplit('cifar10', split);
  return openCifar(format, directory, files[split], 0, classNames);
}
