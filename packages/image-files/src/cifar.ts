import type {Source} from '@contrastive/data';
import {advised, checkOptions, choice, flag, required, text, type Rules} from '@contrastive/internal';
import {openCifar, remedyFor} from './cifar-binary.js';

/** Options of `cifar10`. */
export interface Cifar10Options {
  /** Where the files of the binary version are, or the archive's folder with them. */
  readonly directory: string;
  /** Training or test images. */
  readonly split?: 'train' | 'test';
}

/** Options of `cifar100`. */
export interface Cifar100Options extends Cifar10Options {
  /** Whether the labels are the 100 classes, as by default, or their 20 superclasses. */
  readonly fineLabels?: boolean;
}

const ten = {where: 'cifar10', archive: 'cifar-10-binary.tar.gz', folder: 'cifar-10-batches-bin', classes: [10]};

/** In a record the superclass comes first. */
const hundred = {where: 'cifar100', archive: 'cifar-100-binary.tar.gz', folder: 'cifar-100-binary', classes: [20, 100]};

const rulesFor = (format: typeof ten): Rules<Cifar10Options> => ({
  directory: required(advised(text, remedyFor(format))),
  split: choice('train', 'test'),
});

const tenRules = rulesFor(ten);
const hundredRules: Rules<Cifar100Options> = {...rulesFor(hundred), fineLabels: flag};

const tenFiles = {train: [1, 2, 3, 4, 5].map(batch => `data_batch_${batch}.bin`), test: ['test_batch.bin']};

const tenNames = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

/**
 * Opens CIFAR-10 (Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images"): 50,000 training and 10,000
 * test images in colour, 32 × 32, of 10 classes. Reads the binary version, as the authors offer it, unchecked, and
 * keeps the images in memory as bytes (154 MB for training).
 *
 * @throws TypeError without a directory or with an unknown option, RangeError for another split; Error when files are
 * missing, truncated or have labels that CIFAR-10 does not have, with what to do.
 * @example
 * const train = await cifar10({directory: 'data'}); // data/cifar-10-batches-bin/data_batch_1.bin and so on
 * const test = await cifar10({directory: 'data', split: 'test'});
 */
export async function cifar10(options: Cifar10Options): Promise<Source> {
  checkOptions('cifar10', options, tenRules);
  const {directory, split = 'train'} = options;
  return openCifar(ten, directory, tenFiles[split], 0, tenNames);
}

/**
 * Opens CIFAR-100 (Krizhevsky 2009): as CIFAR-10 with 100 classes, 500 training images each, which form 20
 * superclasses. The names of the classes are those of `fine_label_names.txt` and `coarse_label_names.txt`, where these
 * are beside the images.
 *
 * @throws TypeError without a directory or with an unknown option, RangeError for another split; Error when files are
 * missing, truncated or have labels that CIFAR-100 does not have, with what to do.
 * @example
 * const train = await cifar100({directory: 'data'}); // data/cifar-100-binary/train.bin
 */
export async function cifar100(options: Cifar100Options): Promise<Source> {
  checkOptions('cifar100', options, hundredRules);
  const {directory, split = 'train', fineLabels = true} = options;
  const [labelAt, names] = fineLabels ? [1, 'fine_label_names.txt'] : [0, 'coarse_label_names.txt'];
  return openCifar(hundred, directory, [`${split}.bin`], labelAt, names);
}
