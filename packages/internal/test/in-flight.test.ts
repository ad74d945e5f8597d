import {setImmediate} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {inFlight} from '../src/index.js';

/** Jobs from 0, and what has happened to them. */
function counter(end: number, failAt = Infinity) {
  const log = {begun: 0, done: 0, closed: false};
  async function* jobs() {
    try {
      for (let i = 0; i < end; i++) {
        await setImmediate();
        yield i;
      }
    } finally {
      log.closed = true;
    }
  }
  const work = async (job: number) => {
    log.begun++;
    await setImmediate();
    if (job === failAt) throw new Error(`job ${job}`);
    log.done++;
    return 10 * job;
  };
  return {log, jobs: jobs(), work};
}

const idle = async () => {
  for (let i = 0; i < 20; i++) await setImmediate();
};

test('gives every result in order', async () => {
  const {jobs, work, log} = counter(5);
  const seen: number[] = [];
  for await (const result of inFlight(jobs, work, 3)) seen.push(result);
  expect(seen).toEqual([0, 10, 20, 30, 40]);
  expect(log.closed).toBe(true);
});

test('works ahead, but no more than asked', async () => {
  for (const ahead of [0, 2]) {
    const {jobs, work, log} = counter(10);
    for await (const result of inFlight(jobs, work, ahead)) {
      await idle();
      expect(log.begun).toBe(Math.min(result / 10 + ahead + 1, 10));
    }
  }
});

test('stopping early, or an error of the consumer, waits for what is under way and closes the jobs', async () => {
  for (const fails of [false, true]) {
    const {jobs, work, log} = counter(10);
    const consume = async () => {
      for await (const result of inFlight(jobs, work, 3)) {
        if (fails) throw new Error(`consumer of ${result}`);
        break;
      }
    };
    await (fails ? expect(consume()).rejects.toThrow('consumer of 0') : consume());
    expect(log).toMatchObject({done: log.begun, closed: true});
  }
});

test('an error comes in the place of its result, and nothing after it', async () => {
  const {jobs, work} = counter(10, 2);
  const seen: number[] = [];
  const consume = async () => {
    for await (const result of inFlight(jobs, work, 4)) {
      seen.push(result);
      await idle();
    }
  };
  await expect(consume()).rejects.toThrow('job 2');
  expect(seen).toEqual([0, 10]);
});
