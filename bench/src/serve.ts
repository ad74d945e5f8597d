import {readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import type {Message, Request} from './protocol.js';

/** A network in training, as the protocol needs it. */
export interface Training {
  /** Name and version of what computes. */
  readonly contestant: string;
  readonly device: 'cpu' | 'gpu';
  /** Trained numbers, all parameters together. */
  readonly parameters: number;
  /** Runs `count` steps and returns the loss of the last, read from the device. */
  run(count: number): Promise<number>;
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

/** The contestant's side of the protocol: warms up, then does what it is asked until it is told to end, or nobody asks any more. */
export async function serve(training: Training, warmup: number): Promise<void> {
  const {contestant, device, parameters} = training;
  const losses: number[] = [];
  for (let i = 0; i < warmup; i++) losses.push(await training.run(1));
  say({event: 'ready', contestant, device, parameters, losses});
  let steps = warmup;
  for await (const line of createInterface({input: process.stdin})) {
    const request = JSON.parse(line) as Request;
    if ('end' in request) {
      say({event: 'end', bytes: peakBytes(), steps});
      return;
    }
    await training.run(1); // After the others' turn: caches and clocks warm again.
    const start = performance.now();
    const loss = await training.run(request.steps);
    const seconds = (performance.now() - start) / 1000 / request.steps;
    steps += 1 + request.steps;
    say({event: 'done', seconds, loss});
  }
}

/** Says that this contestant cannot run here, and why. */
export function sayAbsent(reason: string): void {
  say({event: 'absent', reason});
}
