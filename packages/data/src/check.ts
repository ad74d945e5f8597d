/** Throws unless `value` is a whole number of at least `least`. */
export function checkInteger(where: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`${where}: expected an integer of at least ${least}, got ${value}.`);
}

/** Throws unless every index is a whole number from 0 to `length − 1`. */
export function checkIndices(where: string, indices: ArrayLike<number>, length: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (!Number.isInteger(index) || index < 0 || index >= length) {
      throw new RangeError(`${where}: expected indices from 0 to ${length - 1}, got ${index} at position ${i}.`);
    }
  }
}

/** Throws unless `split` is `train` or `test`. */
export function checkSplit(where: string, split: string): asserts split is 'train' | 'test' {
  if (split !== 'train' && split !== 'test')
    throw new RangeError(`${where}: expected the split 'train' or 'test', got '${split}'.`);
}
