import {nextTurn} from '@contrastive/internal';

/** A call of MPI that goes on behind the program's back, as far as somebody asks for it. */
export interface Underway {
  /** What it is, for messages. */
  readonly what: string;
  /** Brings it on, and says whether it is done. */
  test(): boolean;
}

/** So many tests in a row, then a pause after each: ranks on one processor would keep each other from computing. */
const EAGER = 500;
/** The pause of a wait that may not give way, and the longest of one that does, in milliseconds. */
const [NAP, PAUSE] = [0.05, 1];

const cell = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps for some milliseconds, events and all. */
export const sleepNow = (milliseconds: number): void => void Atomics.wait(cell, 0, 0, milliseconds);

/** What did not finish: its memory must stay, as MPI may still write there. */
const abandoned: Underway[] = [];

function late(underway: Underway, seconds: number): Error {
  abandoned.push(underway);
  return new Error(
    `MPI: expected all ranks at ${underway.what} within ${seconds} s, got no answer of some; look which one hangs or ` +
      'is slow, or allow more (the deadline of connect, or CONTRASTIVE_MPI_DEADLINE, in seconds).',
  );
}

/** Waits for a call, and gives way to timers and signals meanwhile. Throws after so many seconds. */
export async function finished(underway: Underway, seconds: number): Promise<void> {
  const until = performance.now() + 1000 * seconds;
  for (let turn = 0; !underway.test(); turn++) {
    if (performance.now() > until) throw late(underway, seconds);
    if (turn < EAGER) await nextTurn();
    else await new Promise(resolve => setTimeout(resolve, PAUSE));
  }
}

/** Waits for a call without giving way: for what runs within a gradient tape. Throws after so many seconds. */
export function finishedNow(underway: Underway, seconds: number): void {
  const until = performance.now() + 1000 * seconds;
  for (let turn = 0; !underway.test(); turn++) {
    if (turn < EAGER) continue;
    if (performance.now() > until) throw late(underway, seconds);
    sleepNow(NAP);
  }
}
