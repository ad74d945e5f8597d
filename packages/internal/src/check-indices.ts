import {checkValue} from './check-options.js';
import {anything, list} from './rules.js';

/** What `checkIndices` looks at. */
export const indicesRule = list(anything, 'a list of indices');

/**
 * Throws unless every index is a whole number from 0 to `length − 1`.
 *
 * @throws TypeError for no list, RangeError that names the first other index.
 */
export function checkIndices(where: string, indices: ArrayLike<number>, length: number): void {
  checkValue(where, 'indices', indices, indicesRule);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (Number.isInteger(index) && index >= 0 && index < length) continue;
    throw new RangeError(
      `${where}: expected integers from 0 to ${length - 1} as indices, got ${index} at position ${i}.`,
    );
  }
}
