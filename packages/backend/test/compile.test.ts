import {availableParallelism} from 'node:os';
import {setImmediate} from 'node:timers/promises';
import {expect, test, vi} from 'vitest';
import {together} from '../src/set-up/compile.js';
import {createPhases} from '../src/set-up/phases.js';

const place = {cache: 'cache', phases: createPhases(() => undefined), signal: new AbortController().signal};

test('as many tasks at once as there are processors, and no warning of a leak', async () => {
  const warn = vi.fn();
  process.on('warning', warn);
  let [running, most, done] = [0, 0, 0];
  const task = async ({signal}: {readonly signal?: AbortSignal}): Promise<void> => {
    most = Math.max(most, ++running);
    const listen = (): void => undefined;
    signal?.addEventListener('abort', listen);
    await setImmediate();
    running--;
    done++;
  };
  await together(Array<typeof task>(40).fill(task), place);
  await setImmediate();
  process.off('warning', warn);
  expect([most, done]).toEqual([Math.min(40, availableParallelism()), 40]);
  expect(warn).not.toHaveBeenCalled();
});

test('the first failure ends the others, and none begins after it', async () => {
  const begun: number[] = [];
  const tasks = Array.from({length: 40}, (_, i) => async ({signal}: {readonly signal?: AbortSignal}) => {
    signal?.throwIfAborted();
    begun.push(i);
    await setImmediate();
    if (i === 1) throw new Error('the second failed');
    await setImmediate();
  });
  await expect(together(tasks, place)).rejects.toThrow('the second failed');
  expect(begun.length).toBeLessThanOrEqual(2 * availableParallelism());
});
