/**
 * Throws unless every index is a whole number from 0 to `length − 1`.
 *
 * @throws RangeError that names the first other one.
 */
export function checkIndices(where: string, indices: ArrayLike<number>, length: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (Number.isInteger(index) && index >= 0 && index < length) continue;
    throw new RangeError(
      `${where}: expected integers from 0 to ${length - 1} as indices, got ${index} at position ${i}.`,
    );
  }
}
