import {nextTurn} from '@contrastive/internal';

/** Longest stretch without letting timers and signal handlers run, in milliseconds. */
const stretch = 50;

/**
 * A function to await between pieces of work: it lets the event loop run when the last time lies too far back, else it
 * returns at once.
 */
export function createPause(): () => Promise<void> {
  let last = Date.now();
  return async () => {
    if (Date.now() - last < stretch) return;
    await nextTurn();
    last = Date.now();
  };
}
