import {expect, test, vi} from 'vitest';
import {untilStopped} from '../src/index.js';

const listeners = (): (() => void)[] => process.rawListeners('SIGTERM') as (() => void)[];

test('a signal is heard once, ends with its status and says how to go on', async () => {
  const before = listeners();
  const said = vi.spyOn(console, 'error').mockReturnValue();
  const stopped = untilStopped('mine', 'runs/here', signal => {
    const [added] = listeners().filter(one => !before.includes(one));
    added();
    added();
    expect(signal.aborted).toBe(true);
    return Promise.reject(new Error('what a stopped work throws'));
  });
  await expect(stopped).rejects.toMatchObject({
    exitCode: 143,
    message: expect.stringMatching(/^mine: stopped; .*runs\/here.*goes on/) as string,
  });
  expect(said).toHaveBeenCalledTimes(1);
  said.mockRestore();
  expect(listeners()).toEqual(before);
});

test('without a signal the work ends as it ends, and nothing listens any longer', async () => {
  const before = listeners();
  const failed = untilStopped('mine', 'runs/here', () => Promise.reject(new RangeError('its own fault')));
  await expect(failed).rejects.toThrow(new RangeError('its own fault'));
  await untilStopped('mine', 'runs/here', signal => {
    expect(listeners().length).toBe(before.length + 1);
    expect(signal.aborted).toBe(false);
    return Promise.resolve();
  });
  expect(listeners()).toEqual(before);
});
