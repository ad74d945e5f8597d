/** Puts things together that belong together, directly or through others. */
export interface Groups {
  /** Says that two of them do. */
  readonly join: (a: number, b: number) => void;
  /** The group of each, from 0 on in the order of their first members, `[n]`. */
  readonly numbers: () => Int32Array;
}

/** Creates groups of `count` things, each of which is alone (union–find). */
export function createGroups(count: number): Groups {
  const parent = Int32Array.from({length: count}, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]];
    return at;
  };
  return {
    join: (a, b) => {
      const [first, second] = [root(a), root(b)];
      parent[Math.max(first, second)] = Math.min(first, second);
    },
    numbers: () => {
      const known = new Map<number, number>();
      return parent.map((_, i) => {
        const at = root(i);
        const number = known.get(at) ?? known.size;
        known.set(at, number);
        return number;
      });
    },
  };
}

/** Joins things that have a key in common. */
export function joinByKey(groups: Groups, keys: readonly string[]): void {
  const first = new Map<string, number>();
  for (const [i, key] of keys.entries()) {
    const other = first.get(key);
    if (other === undefined) first.set(key, i);
    else groups.join(other, i);
  }
}

/**
 * Joins pictures that look almost alike: whose thumbnails differ by at most `most` grey levels on average.
 *
 * @param thumbnails Bytes of each, all as many.
 */
export function joinAlike(groups: Groups, thumbnails: readonly Uint8Array[], most: number): void {
  const sums = thumbnails.map(bytes => bytes.reduce((sum, value) => sum + value, 0));
  const order = Array.from(thumbnails.keys()).sort((a, b) => sums[a] - sums[b]);
  for (const [at, i] of order.entries()) {
    const one = thumbnails[i];
    const budget = most * one.length;
    // Pictures differ at least by as much as their sums.
    for (let next = at + 1; next < order.length && sums[order[next]] - sums[i] <= budget; next++) {
      const other = thumbnails[order[next]];
      let left = budget;
      for (let b = 0; b < one.length && left >= 0; b++) left -= Math.abs(one[b] - other[b]);
      if (left >= 0) groups.join(i, order[next]);
    }
  }
}
