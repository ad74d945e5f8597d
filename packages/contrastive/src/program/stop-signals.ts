import {onFirstSignal} from '@contrastive/internal/node';
import {exitCodes} from './exit-codes.js';

/** What stops a program, with what it ends with: Ctrl-C, whoever asks it to end, a terminal that was closed. */
const codes = {SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated, SIGHUP: exitCodes.hungUp} as const;

/**
 * Listens for the first signal; another one, after a moment, ends the process as if nobody listened.
 *
 * @param handler Given what the program is to end with.
 * @returns What listens no longer.
 */
export const onStop = (handler: (exitCode: number, signal: string) => void): (() => void) =>
  onFirstSignal(Object.keys(codes) as (keyof typeof codes)[], name => {
    handler(codes[name], name);
  });

/** Something long that signals stop between two steps. */
interface Stoppable {
  /** Aborted by the first of them; its reason is an Error with the exit code. */
  readonly signal: AbortSignal;
  /** Listens no longer. */
  readonly end: () => void;
}

/**
 * As {@link onStop}, for what an aborted signal ends.
 *
 * @param message Why it ended and what to do.
 */
export function stopBySignals(message: (signal: string) => string): Stoppable {
  const controller = new AbortController();
  const end = onStop((exitCode, name) => {
    controller.abort(Object.assign(new Error(message(name)), {exitCode}));
  });
  return {signal: controller.signal, end};
}
