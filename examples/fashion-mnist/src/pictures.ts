import {labelSubset, subset, type Source} from '@contrastive/data';
import type {Images} from '@contrastive/example';
import type {TransferDataSet} from '@contrastive/linear-probe';

/** The images of the benchmark in their parts. */
export interface Pictures extends TransferDataSet {
  readonly validation: Source;
  /** Training and validation images together, in the order of the files: what trainings see. */
  readonly whole: Images;
  /** Where in `whole` the training images are, ascending. */
  readonly trainRows: Int32Array;
  /** Where the validation images are. */
  readonly validationRows: Int32Array;
}

/** Validation images are the same in all runs. */
const SEED = 0;

/** The labels of images that have some. */
export const labelsOf = ({labels}: {readonly labels?: Int32Array}): Int32Array => {
  if (labels) return labels;
  throw new TypeError('fashion-mnist: expected images with labels, got some without; give the files of the data set.');
};

/** Holds out validation images, as many of each class, from those to learn from. */
export function partsOf(whole: Images, test: Images, validation: number): Pictures {
  const validationRows = labelSubset(labelsOf(whole), validation, SEED).sort();
  const held = new Set(validationRows);
  const trainRows = Int32Array.from(labelsOf(whole).keys()).filter(row => !held.has(row));
  return {
    name: 'Fashion-MNIST',
    metric: 'accuracy',
    ...{whole, test, trainRows, validationRows},
    train: subset(whole, trainRows),
    validation: subset(whole, validationRows),
  };
}
