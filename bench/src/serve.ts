import {readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import type {Figures, Message, Ready, Request} from './protocol.js';

/** What a contestant runs, as the protocol needs it. */
export interface Work extends Pick<Ready, 'contestant' | 'device' | 'facts'> {
  /**
   * Runs `count` steps to their end on the device. What it returns is called once the clock has stopped, and tells what
   * came out of the last.
   */
  readonly run: (count: number) => Promise<() => Figures>;
}

/** Resident memory of this process, in bytes, without what was left of its building. */
function bytesNow(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage.rss();
}

/** Peak resident memory of this process, in bytes. */
function peakBytes(): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line) return Number(line[1]) * 1024;
  } catch {
    // No /proc outside Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}

function say(message: Message): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/**
 * The contestant's side of the protocol: warms up, then does what it is asked until it is told to end, or nobody asks
 * any more.
 */
export async function serve({contestant, device, facts, run}: Work, warmups: number): Promise<void> {
  const bytesBefore = bytesNow();
  const warmup: Figures[] = [];
  for (let i = 0; i < warmups; i++) warmup.push((await run(1))());
  say({event: 'ready', contestant, device, facts, warmup});
  let steps = warmups;
  for await (const line of createInterface({input: process.stdin})) {
    const request = JSON.parse(line) as Request;
    if ('end' in request) {
      say({event: 'end', bytes: peakBytes(), bytesBefore, steps});
      return;
    }
    (await run(1))(); // After the others' turn: caches and clocks warm again.
    const start = performance.now();
    const figures = await run(request.steps);
    const seconds = (performance.now() - start) / 1000 / request.steps;
    steps += 1 + request.steps;
    say({event: 'done', seconds, figures: figures()});
  }
}

/** Says that this contestant cannot run here, and why. */
export function sayAbsent(reason: string): void {
  say({event: 'absent', reason});
}
