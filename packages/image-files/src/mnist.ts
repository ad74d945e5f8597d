import {idxNames, openIdx} from './idx-images.js';
import type {IndexedSource} from './source.js';

/** Options of `mnist`. */
export interface MnistOptions {
  /** Where the four files are, gzipped or plain. */
  readonly directory: string;
  /** Training or test images. */
  readonly split?: 'train' | 'test';
}

const classNames = Array.from({length: 10}, (_, digit) => String(digit));

/**
 * Opens MNIST (LeCun, Cortes and Burges 1998): 60,000 training and 10,000 test images of handwritten digits, grey, 28 ×
 * 28, kept in memory as bytes. Reads the original files (`train-images-idx3-ubyte` and so on), unchecked; nothing is
 * downloaded.
 *
 * @throws RangeError when the split is unknown; TypeError without a directory; Error when files are missing, damaged or
 * do not fit each other, with what to do.
 * @example
 * const train = await mnist({directory: 'data/MNIST/raw'});
 * const test = await mnist({directory: 'data/MNIST/raw', split: 'test'});
 */
export async function mnist({directory, split = 'train'}: MnistOptions): Promise<IndexedSource> {
  const names = idxNames('mnist', split);
  // JavaScript callers may leave it out.
  if (typeof (directory as unknown) !== 'string')
    throw new TypeError(`mnist: expected the directory of the four files, got ${typeof directory}.`);
  return openIdx(directory, names, classNames);
}
