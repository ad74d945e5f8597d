import {expect, test} from 'vitest';
import {listen} from '../src/index.js';

test('a signal is heard once, ends with its status and says how to go on', () => {
  const listeners = (): unknown[] => process.rawListeners('SIGTERM');
  const before = listeners();
  const {signal, end} = listen('mine', 'runs/here');
  const [added] = listeners().filter(one => !before.includes(one)) as [() => void];
  const {error} = console;
  console.error = () => undefined;
  added();
  console.error = error;
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toMatchObject({
    exitCode: 143,
    message: expect.stringMatching(/^mine: stopped; .*runs\/here.*goes on/) as string,
  });
  end();
  expect(listeners()).toEqual(before);
});
