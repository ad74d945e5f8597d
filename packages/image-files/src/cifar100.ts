import {checkSplit} from './check.js';
import {openCifar} from './cifar-binary.js';
import type {Cifar10Options} from './cifar10.js';
import type {IndexedSource} from './source.js';

/** Options of `cifar100`. */
export interface Cifar100Options extends Omit<Cifar10Options, 'directory'> {
  /** Where the files of the binary version are, or the folder `cifar-100-binary` with them. */
  readonly directory: string;
  /** Whether the labels are the 100 classes, as by default, or their 20 superclasses. */
  readonly fineLabels?: boolean;
}

/** In a record the superclass comes first. */
const format = {where: 'cifar100', archive: 'cifar-100-binary.tar.gz', folder: 'cifar-100-binary', classes: [20, 100]};

/**
 * Opens CIFAR-100 (Krizhevsky 2009): as CIFAR-10 with 100 classes, 500 training images each, which form 20
 * superclasses. The names of the classes are those of `fine_label_names.txt` and `coarse_label_names.txt`, where these
 * are beside the images.
 *
 * @throws RangeError when the split is unknown; Error when files are missing, truncated or have labels that CIFAR-100
 * has not, with what to do.
 * @example
 * const train = await cifar100({directory: 'data'}); // data/cifar-100-binary/train.bin
 */
export async function cifar100({
  directory,
  split = 'train',
  fineLabels = true,
}: Cifar100Options): Promise<IndexedSource> {
  checkSplit('cifar100', split);
  return openCifar(
    format,
    directory,
    [`${split}.bin`],
    fineLabels ? 1 : 0,
    fineLabels ? 'fine_label_names.txt' : 'coarse_label_names.txt',
  );
}
