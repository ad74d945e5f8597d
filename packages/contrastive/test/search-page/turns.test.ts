import {expect, test} from 'vitest';
import {createTurns} from '../../src/search-page/server/turns.js';

/** Work that ends when it is told. */
function work() {
  let end = (): void => undefined;
  const ended = new Promise<void>(resolve => (end = resolve));
  const state = {begun: false};
  const run = async (): Promise<string> => {
    state.begun = true;
    await ended;
    return 'done';
  };
  return {run, end, state};
}

test('one works, some wait, the next is refused; each in its turn', async () => {
  const turns = createTurns(1, 2);
  const all = [work(), work(), work()];
  const results = all.map(({run}) => turns.take(run));
  await expect(turns.take(async () => 'too many')).rejects.toMatchObject({status: 503});
  expect(all.map(({state}) => state.begun)).toEqual([true, false, false]);
  for (const [i, {end}] of all.entries()) {
    end();
    expect(await results[i]).toBe('done');
    await Promise.resolve();
    expect(all.map(({state}) => state.begun)).toEqual(all.map((_, j) => j <= i + 1));
  }
  expect(await turns.take(async () => 'free again')).toBe('free again');
});

test('work that fails gives its turn on', async () => {
  const turns = createTurns(1, 2);
  const failing = turns.take(async () => Promise.reject(new Error('no')));
  const next = turns.take(async () => 'next');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('next');
});

test('closing refuses what waits and what comes, and waits for what was begun', async () => {
  const turns = createTurns(1, 2);
  const [first, second] = [work(), work()];
  const begun = turns.take(first.run);
  const waiting = turns.take(second.run);
  const closed = turns.close();
  await expect(waiting).rejects.toMatchObject({status: 503});
  await expect(turns.take(second.run)).rejects.toMatchObject({status: 503});
  expect(await Promise.race([closed.then(() => 'closed'), Promise.resolve('open')])).toBe('open');
  first.end();
  expect(await begun).toBe('done');
  await closed;
  expect(second.state.begun).toBe(false);
});
