import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {onFirstSignal} from '../src/node.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const listening = (): number[] => (['SIGUSR1', 'SIGUSR2'] as const).map(name => process.listenerCount(name));

test('the first signal counts, and what comes within a moment is the same one', () => {
  const before = listening();
  const seen: string[] = [];
  const end = onFirstSignal(['SIGUSR1', 'SIGUSR2'], name => seen.push(name));
  process.emit('SIGUSR2');
  vi.advanceTimersByTime(1900);
  process.emit('SIGUSR2');
  process.emit('SIGUSR1');
  expect(seen).toEqual(['SIGUSR2']);
  expect(listening()).toEqual(before.map(count => count + 1));
  vi.advanceTimersByTime(200);
  expect(listening()).toEqual([before[0] + 1, before[1]]); // the next of this kind ends the process
  end();
  expect(listening()).toEqual(before);
});

test('nothing is left of what listens no longer', () => {
  const before = listening();
  const end = onFirstSignal(['SIGUSR1', 'SIGUSR2'], () => undefined);
  process.emit('SIGUSR1');
  end();
  vi.advanceTimersByTime(5000);
  expect(listening()).toEqual(before);
  expect(vi.getTimerCount()).toBe(0);
});
