import {augmentation} from '@contrastive/augment';
import {expectNoLeaks} from '@contrastive/testing';
import {setImmediate} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {disposeViews, fromArrays, prefetch, twoViews} from '../src/index.js';

/** Numbers from 0, with what has happened to them. */
function counter(end: number, failAt = Infinity) {
  const log = {made: 0, disposed: [] as number[], closed: false};
  async function* items() {
    try {
      for (let i = 0; i < end; i++) {
        await setImmediate();
        if (i === failAt) throw new Error(`item ${i}`);
        log.made++;
        yield i;
      }
    } finally {
      log.closed = true;
    }
  }
  return {log, items: items(), dispose: (item: number) => log.disposed.push(item)};
}

const idle = async () => {
  for (let i = 0; i < 20; i++) await setImmediate();
};

test('gives every item in order', async () => {
  const {items, log} = counter(5);
  const seen: number[] = [];
  for await (const item of prefetch(items, 3)) seen.push(item);
  expect(seen).toEqual([0, 1, 2, 3, 4]);
  expect(log.closed).toBe(true);
});

test('makes items ahead, but no more than asked', async () => {
  const {items, log} = counter(10);
  for await (const item of prefetch(items, 2)) {
    await idle();
    expect(log.made).toBe(Math.min(item + 3, 10));
  }
});

test('stopping early disposes what was made ahead and closes the source', async () => {
  const {items, log, dispose} = counter(10);
  for await (const item of prefetch(items, 3, dispose)) {
    await idle();
    if (item === 1) break;
  }
  expect(log.disposed).toEqual([2, 3, 4]);
  expect(log).toMatchObject({made: 5, closed: true});
});

test('stopping while an item is being made waits for it and disposes it', async () => {
  const {items, log, dispose} = counter(10);
  for await (const item of prefetch(items, 3, dispose)) {
    expect(item).toBe(0);
    break;
  }
  expect(log.disposed).toHaveLength(log.made - 1);
  expect(log.closed).toBe(true);
});

test('an error of the consumer also cleans up', async () => {
  const {items, log, dispose} = counter(10);
  const consume = async () => {
    for await (const item of prefetch(items, 2, dispose)) {
      await idle();
      throw new Error(`consumer of ${item}`);
    }
  };
  await expect(consume()).rejects.toThrow('consumer of 0');
  expect(log.disposed).toEqual([1, 2]);
});

test('an error of the source comes in its place', async () => {
  const {items, dispose, log} = counter(10, 2);
  const seen: number[] = [];
  const consume = async () => {
    for await (const item of prefetch(items, 4, dispose)) {
      seen.push(item);
      await idle();
    }
  };
  await expect(consume()).rejects.toThrow('item 2');
  expect(seen).toEqual([0, 1]);
  expect(log.disposed).toEqual([]);
});

test('tells what is wrong', () => {
  expect(() => prefetch(counter(1).items, 0)).toThrow(/prefetch: depth: expected an integer of at least 1, got 0/);
});

test('views made ahead are freed on an early exit', async () => {
  const source = fromArrays({images: new Uint8Array(64 * 4), height: 2, width: 2});
  await expectNoLeaks(async () => {
    for await (const views of prefetch(
      twoViews(source, {augment: augmentation([]), batchSize: 8, seed: 1, epochs: 3}),
      3,
      disposeViews,
    )) {
      await idle();
      disposeViews(views);
      if (views.indices[0] % 2 === 0) break;
    }
  });
});
