/** Two images that are duplicates. */
export interface Pair {
  readonly first: number;
  readonly second: number;
  readonly similarity: number;
  readonly likeness: number;
}

/**
 * Groups of images of which every two are a pair (complete linkage): the most similar are joined first, and two groups
 * only where each image of one is a pair with each of the other. So no image is in a group for being like one that is
 * like another.
 *
 * @param pairs The most similar first; each pair once.
 * @returns Groups of two images or more, the largest first; images in the order in which they are numbered.
 */
export function groupPairs(pairs: readonly Pair[]): number[][] {
  const partners = new Map<number, Set<number>>();
  const add = (one: number, other: number): void => {
    const known = partners.get(one);
    if (known) known.add(other);
    else partners.set(one, new Set([other]));
  };
  for (const {first, second} of pairs) {
    add(first, second);
    add(second, first);
  }
  const groupOf = new Map<number, number[]>();
  for (const image of partners.keys()) groupOf.set(image, [image]);
  for (const {first, second} of pairs) {
    const [one, other] = [groupOf.get(first) ?? [], groupOf.get(second) ?? []];
    if (one === other || !one.every(image => other.every(that => partners.get(image)?.has(that)))) continue;
    const joined = [...one, ...other];
    for (const image of joined) groupOf.set(image, joined);
  }
  return [...new Set(groupOf.values())]
    .filter(({length}) => length > 1)
    .map(group => group.sort((a, b) => a - b))
    .sort((a, b) => b.length - a.length || a[0] - b[0]);
}
