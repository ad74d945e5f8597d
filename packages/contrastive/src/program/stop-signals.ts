import {onFirstSignal} from '@contrastive/internal/node';
import {exitCodes} from './exit-codes.js';

/** What stops a program: Ctrl-C, whoever asks it to end, a terminal that was closed. */
const codes = {SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated, SIGHUP: exitCodes.hungUp} as const;

/** Something long that signals stop between two steps. */
interface Stoppable {
  /** Aborted by the first of them; its reason is an Error with the exit code. */
  readonly signal: AbortSignal;
  /** Listens no longer. */
  readonly end: () => void;
}

/**
 * Listens for the first signal; the same one again, after a moment, ends the process as if nobody listened.
 *
 * @param message Why it ended and what to do.
 */
export function stopBySignals(message: (signal: string) => string): Stoppable {
  const controller = new AbortController();
  const end = onFirstSignal(Object.keys(codes) as (keyof typeof codes)[], name => {
    controller.abort(Object.assign(new Error(message(name)), {exitCode: codes[name]}));
  });
  return {signal: controller.signal, end};
}
