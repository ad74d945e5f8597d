import {checkInteger} from '../check.js';

/**
 * Number of batches an epoch has.
 *
 * @throws RangeError when it has none.
 */
export function stepsPerEpoch(length: number, batchSize: number, dropLast = true): number {
  checkInteger('stepsPerEpoch: length', length, 0);
  checkInteger('stepsPerEpoch: batchSize', batchSize, 1);
  const steps = dropLast ? Math.floor(length / batchSize) : Math.ceil(length / batchSize);
  if (steps === 0) {
    const remedy = length === 0 ? 'the source is empty' : 'use a smaller batch, or dropLast: false';
    throw new RangeError(`stepsPerEpoch: no batch of ${batchSize} fits into ${length} images; ${remedy}.`);
  }
  return steps;
}
