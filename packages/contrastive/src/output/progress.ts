import {SingleBar} from 'cli-progress';
import type {Output, Stream} from './output.js';
import {count, duration} from './words.js';

/** What is shown of something long. */
export interface ProgressOptions {
  /** What is done: `Reading images`. */
  readonly about: string;
  /** How many there are to do. */
  readonly total: number;
  /** How many were done before, of a run that goes on; 0 by default. */
  readonly from?: number;
  /** What is counted: `images`. */
  readonly unit: string;
  /** How many of what the rate tells one of these is: a step is so many images; 1 by default. */
  readonly each?: number;
  /** What the rate tells, by default the unit. */
  readonly rateUnit?: string;
}

/** A bar on a terminal, else a line now and then. */
export interface Progress {
  /** So many are done; `more` is said beside: `loss 3.2`. */
  update(done: number, more?: string): void;
  /** Leaves the bar as it is; again does nothing. */
  stop(): void;
}

/** Seconds between two lines where there is no terminal. */
const EVERY = 10;

/** Shows how something goes on: done, rate and time left. */
export function createProgress(
  {about, total, from = 0, unit, each = 1, rateUnit = unit}: ProgressOptions,
  output: Output,
  stream: Stream,
  now: () => number = () => performance.now() / 1000,
): Progress {
  const began = now();
  let [said, at, open] = [began, from, true];
  const bar =
    stream.isTTY === true && !output.json
      ? new SingleBar({
          stream: stream as NodeJS.WritableStream, // a terminal is one
          format: `${about}  [{bar}] {value}/{total} ${unit}  {rate}{more}`,
          barsize: 24,
          hideCursor: true,
          gracefulExit: false, // signals are ours
          linewrap: false,
          fps: 8,
        })
      : undefined;
  bar?.start(total, from, {rate: '', more: ''});
  const rate = (): {readonly words: string; readonly perSecond: number; readonly left: number} => {
    const perSecond = (at - from) / Math.max(now() - began, 1e-9);
    const left = (total - at) / Math.max(perSecond, 1e-9);
    const each2 = perSecond * each;
    const words = at === from ? '' : `${count(Number(each2.toPrecision(3)))} ${rateUnit}/s  ${duration(left)} left`;
    return {words, perSecond: each2, left};
  };
  return {
    update(done, more) {
      at = done;
      const {words, perSecond, left} = rate();
      const beside = more === undefined ? '' : `  ${more}`;
      bar?.update(done, {rate: words, more: beside});
      if (bar || (now() - said < EVERY && done < total)) return;
      if (done === total && said === began && now() - began < 1) return; // nobody waited
      said = now();
      output.say(`${about}  ${count(done)}/${count(total)} ${unit}  ${words}${beside}`);
      output.record({event: 'progress', about, done, total, unit, perSecond, secondsLeft: left});
    },
    stop() {
      if (open) bar?.stop();
      open = false;
    },
  };
}
