import {nextTurn} from '@contrastive/internal';

/** A call of MPI that goes on behind the program's back, as far as somebody asks for it. */
export interface Underway {
  /** What it is, for messages. */
  readonly what: string;
  /** Brings it on, and says whether it is done. */
  test(): boolean;
}

/** A message goes on as far as it is tested, so a turn of a wait tests it so many times. */
const TESTS = 50;
/** The same while a wait has no pauses: half a millisecond, or as long as a message that moves takes meanwhile. */
const EAGER_TESTS = 1000;
/** For how long a wait has no pauses, in milliseconds: then ranks on one processor would be in each other's way. */
const EAGER = 200;
/** The same of a wait that may not give way, which is for ranks that are in step. */
const SPIN = 1;
/** The pause of a wait that may not give way, and of one that does, in milliseconds. */
const [NAP, PAUSE] = [0.05, 1];

const cell = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps for some milliseconds, events and all. */
export const sleepNow = (milliseconds: number): void => void Atomics.wait(cell, 0, 0, milliseconds);

function late({what}: Underway, seconds: number): Error {
  return new Error(
    `MPI: expected all ranks at ${what} within ${seconds} s, got no answer of some; look which one hangs or ` +
      'is slow, or allow more (the deadline of connect, or CONTRASTIVE_MPI_DEADLINE, in seconds).',
  );
}

/** Tests a call some times; says whether it is done. */
function tested(underway: Underway, times: number): boolean {
  for (let i = 0; i < times; i++) if (underway.test()) return true;
  return false;
}

/** Waits for a call, and gives way to timers and signals meanwhile. Throws after so many seconds. */
export async function finished(underway: Underway, seconds: number): Promise<void> {
  const began = performance.now();
  let waited = 0;
  while (!tested(underway, waited < EAGER ? EAGER_TESTS : TESTS)) {
    waited = performance.now() - began;
    if (waited > 1000 * seconds) throw late(underway, seconds);
    if (waited < EAGER) await nextTurn();
    else await new Promise(resolve => setTimeout(resolve, PAUSE));
  }
}

/** Waits for a call without giving way: for what runs within a gradient tape. Throws after so many seconds. */
export function finishedNow(underway: Underway, seconds: number): void {
  const began = performance.now();
  while (!tested(underway, TESTS)) {
    const waited = performance.now() - began;
    if (waited > 1000 * seconds) throw late(underway, seconds);
    if (waited > SPIN) sleepNow(NAP);
  }
}
