/**
 * Lets signals, timers and input be handled; `setImmediate` where there is one, as timers wait at least 1 ms (4 ms in
 * browsers).
 */
export function nextTurn(): Promise<void> {
  // Browsers have none.
  const immediate = globalThis.setImmediate as typeof globalThis.setImmediate | undefined;
  return new Promise(resolve => {
    if (immediate) immediate(resolve);
    else setTimeout(resolve, 0);
  });
}
