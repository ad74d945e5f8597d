import {expect, test} from 'vitest';
import {createControl} from '../src/worker/control.js';

/** Whether a promise is still pending once everything else has had its turn. */
const pending = async (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => false), new Promise<boolean>(resolve => setTimeout(resolve, 5, true))]);

test('a loop waits while it is paused, goes on, and ends where it is stopped', async () => {
  const control = createControl();
  expect(await control.mayGoOn()).toBe(true);
  control.pause();
  control.pause();
  expect(control.paused).toBe(true);
  const waits = control.mayGoOn();
  expect(await pending(waits)).toBe(true);
  control.goOn();
  expect(await waits).toBe(true);
  expect(control.paused).toBe(false);

  control.pause();
  const again = control.mayGoOn();
  control.stop();
  expect(await again).toBe(false);
  expect(await control.mayGoOn()).toBe(false);
});

test('one that is paused again while it wakes goes on waiting', async () => {
  const control = createControl();
  control.pause();
  const waits = control.mayGoOn();
  control.goOn();
  control.pause();
  expect(await pending(waits)).toBe(true);
  control.goOn();
  expect(await waits).toBe(true);
});
