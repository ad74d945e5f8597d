/** The positions and values that were selected: the first `length` of both lists, whose memory is used again. */
export interface Selection {
  readonly positions: Int32Array;
  readonly values: Float32Array;
  readonly length: number;
}

/** Puts the `count` largest of the first `length` values before the others, positions with them (Hoare's selection). */
function partition(values: Float32Array, positions: Int32Array, length: number, count: number): void {
  let [low, high] = [0, length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] > pivot) i++;
      while (values[j] < pivot) j--;
      if (i > j) break;
      const [value, position] = [values[i], positions[i]];
      values[i] = values[j];
      positions[i++] = positions[j];
      values[j] = value;
      positions[j--] = position;
    }
    if (count - 1 <= j) high = j;
    else if (count - 1 >= i) low = i;
    else return;
  }
}

/**
 * Selects the `count` largest of many values, and all that are less than `slack` below the smallest of these; in no
 * order. For many rows of values, one after the other.
 *
 * One pass over the values: those that may still be among them are collected, and thinned out when there are too many.
 *
 * @param most The largest number of values that there will be; at least `count`.
 */
export function createSelection(count: number, most: number): (all: Float32Array, slack: number) => Selection {
  const positions = new Int32Array(most);
  const values = new Float32Array(most);
  return (all, slack) => {
    let length = 0;
    let room = Math.min(most, Math.max(4 * count, 64));
    let least = -Infinity; // what is smaller is not among them
    const thin = (): void => {
      partition(values, positions, length, count);
      let smallest = Infinity;
      for (let i = 0; i < count; i++) if (values[i] < smallest) smallest = values[i];
      least = smallest - slack;
      let kept = count;
      for (let i = count; i < length; i++) {
        if (values[i] < least) continue;
        positions[kept] = positions[i];
        values[kept++] = values[i];
      }
      length = kept;
      if (2 * length > room) room = Math.min(most, 2 * room); // many that are nearly equal
    };
    for (let i = 0; i < all.length; i++) {
      const value = all[i];
      if (value < least) continue;
      if (length === room) {
        thin();
        if (value < least) continue;
      }
      positions[length] = i;
      values[length++] = value;
    }
    if (length > count) thin();
    return {positions, values, length};
  };
}
