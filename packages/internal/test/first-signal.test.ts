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
  expect(listening()).toEqual(before); // the next ends the process
  end();
  expect(listening()).toEqual(before);
});

test.each([
  ['SIGTERM', 0],
  ['SIGHUP', 1],
] as const)('after Ctrl-C and a moment %s is heard by %i', (other, heard) => {
  const [before] = [process.listenerCount(other)];
  const end = onFirstSignal(['SIGHUP', 'SIGINT', 'SIGTERM'], () => undefined);
  const [own] = process.rawListeners('SIGINT').slice(-1) as (() => void)[];
  own();
  vi.advanceTimersByTime(2100);
  expect(process.listenerCount(other)).toBe(before + heard);
  end();
  expect(process.listenerCount(other)).toBe(before);
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
