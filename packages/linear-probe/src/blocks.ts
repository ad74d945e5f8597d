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

/** Divides rows into blocks; after each it says how many are done, and pauses. */
export async function* blocks(
  rows: number,
  size: number,
  onProgress?: (done: number, total: number) => void,
): AsyncGenerator<{readonly start: number; readonly end: number}, void, undefined> {
  const pause = createPause();
  for (let start = 0; start < rows; start += size) {
    const end = Math.min(start + size, rows);
    yield {start, end};
    onProgress?.(end, rows);
    await pause();
  }
}
