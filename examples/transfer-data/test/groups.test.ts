import {createRandom} from '@contrastive/augment';
import {describe, expect, test} from 'vitest';
import {createGroups, joinAlike, joinByKey} from '../src/groups.js';
import {splitGroups} from '../src/split-groups.js';

test('what belongs together through others is one group', () => {
  const groups = createGroups(7);
  groups.join(5, 2);
  groups.join(6, 5);
  joinByKey(groups, ['a', 'b', 'c', 'd', 'b', 'e', 'd']);
  expect([...groups.numbers()]).toEqual([0, 1, 2, 2, 1, 2, 2]);
});

test('pictures alike are joined, as by looking at each pair', () => {
  const random = createRandom(3);
  const thumbnails: Uint8Array[] = [];
  for (let i = 0; i < 60; i++) {
    const near = i > 0 && random.uniform() < 0.5 ? thumbnails[i - 1] : undefined;
    thumbnails.push(
      Uint8Array.from({length: 12}, (_, b) =>
        Math.min((near?.[b] ?? 250 * random.uniform()) + 6 * random.uniform(), 255),
      ),
    );
  }
  const [fast, slow] = [createGroups(60), createGroups(60)];
  joinAlike(fast, thumbnails, 3);
  for (let i = 0; i < 60; i++) {
    for (let j = 0; j < i; j++) {
      const difference = thumbnails[i].reduce((sum, value, b) => sum + Math.abs(value - thumbnails[j][b]), 0);
      if (difference <= 3 * 12) slow.join(i, j);
    }
  }
  const found = fast.numbers();
  expect([...found]).toEqual([...slow.numbers()]);
  expect(Math.max(...found)).toBeGreaterThan(20);
  expect(Math.max(...found)).toBeLessThan(59);
});

describe('splitGroups', () => {
  const random = createRandom(5);
  const groupOf = Int32Array.from({length: 2000}, () => Math.floor(400 * random.uniform()));
  const numbers = new Map(Array.from(new Set(groupOf), (group, i) => [group, i]));
  const groups = groupOf.map(group => numbers.get(group) ?? 0);
  const classOf = Array.from(groups, group => `class ${group % 4}`);

  test('groups are whole, and every class has its share in every part', () => {
    const parts = splitGroups(classOf, groups, [0.7, 0.1, 0.2], 1);
    const partOf = new Map<number, number>();
    for (const [i, group] of groups.entries()) {
      expect(partOf.get(group) ?? parts[i]).toBe(parts[i]);
      partOf.set(group, parts[i]);
    }
    for (const name of new Set(classOf)) {
      const own = Array.from(parts).filter((_, i) => classOf[i] === name);
      for (const [part, share] of [0.7, 0.1, 0.2].entries())
        expect(own.filter(one => one === part).length / own.length).toBeCloseTo(share, 1);
    }
  });

  test('the seed decides', () => {
    const of = (seed: number) => splitGroups(classOf, groups, [0.7, 0.1, 0.2], seed);
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });
});
