import {createRandom} from '@contrastive/augment';

/** Keeps this choice apart from others that use the same seed. */
const STREAM = 0x5e75;

/**
 * Splits things into parts so that each group is whole in one, and every part has its share of every class as far as
 * the groups allow. Each group goes to the part that is owed most of its classes, the largest groups first, which are
 * the hardest to place, and those of one size in random order.
 *
 * @param classOf The class of each.
 * @param groupOf The group of each, from 0 on.
 * @param shares Of the parts; they add up to 1.
 * @returns The part of each.
 */
export function splitGroups(
  classOf: readonly string[],
  groupOf: Int32Array,
  shares: readonly number[],
  seed: number,
): Int32Array {
  const members: number[][] = [];
  for (const [i, group] of groupOf.entries()) (members[group] ??= []).push(i);
  const totals = new Map<string, number>();
  for (const name of classOf) totals.set(name, (totals.get(name) ?? 0) + 1);
  const owed = new Map(Array.from(totals, ([name, total]) => [name, shares.map(share => share * total)]));
  const parts = new Int32Array(classOf.length);
  const order = Array.from(createRandom(seed, STREAM).permutation(members.length));
  order.sort((a, b) => members[b].length - members[a].length);
  for (const group of order) {
    const debts = shares.map((_, part) =>
      members[group].reduce((sum, i) => sum + (owed.get(classOf[i])?.[part] ?? 0), 0),
    );
    const part = debts.indexOf(Math.max(...debts));
    for (const i of members[group]) {
      parts[i] = part;
      const debt = owed.get(classOf[i]);
      if (debt) debt[part]--;
    }
  }
  return parts;
}
