import type {Source} from '@contrastive/data';
import {advised, checkOptions, choice, required, text, type Rules} from '@contrastive/internal';
import {openIdx} from './idx.js';

/** Options of `mnist`. */
export interface MnistOptions {
  /** Where the four files are, gzipped or plain. */
  readonly directory: string;
  /** Training or test images. */
  readonly split?: 'train' | 'test';
}

const rules: Rules<MnistOptions> = {
  directory: required(advised(text, 'give the directory of the four files')),
  split: choice('train', 'test'),
};

const classNames = Array.from({length: 10}, (_, digit) => String(digit));

/**
 * Opens MNIST (LeCun, Cortes and Burges 1998): 60,000 training and 10,000 test images of handwritten digits, grey, 28 ×
 * 28, kept in memory as bytes. Reads the original files (`train-images-idx3-ubyte` and so on), unchecked; nothing is
 * downloaded.
 *
 * @throws TypeError without a directory or with an unknown option, RangeError for another split; Error when files are
 * missing, damaged or do not fit each other, with what to do.
 * @example
 * const train = await mnist({directory: 'data/MNIST/raw'});
 * const test = await mnist({directory: 'data/MNIST/raw', split: 'test'});
 */
export async function mnist(options: MnistOptions): Promise<Source> {
  checkOptions('mnist', options, rules);
  const {directory, split = 'train'} = options;
  return openIdx('mnist', directory, split, classNames);
}
