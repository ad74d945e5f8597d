import {exitCodes} from './exit-codes.js';

/** What stops a program: Ctrl-C, and whoever asks it to end. */
const codes = {SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated} as const;

/** Something long that signals stop between two steps. */
interface Stoppable {
  /** Aborted by the first of them; its reason is an Error with the exit code. */
  readonly signal: AbortSignal;
  /** Listens no longer. */
  readonly end: () => void;
}

/**
 * Listens for the first Ctrl-C or SIGTERM; the second ends the process as if nobody listened.
 *
 * @param message Why it ended and what to do.
 */
export function stopBySignals(message: (signal: string) => string): Stoppable {
  const controller = new AbortController();
  const handlers = Object.entries(codes).map(([name, exitCode]) => {
    const handler = (): void => {
      end();
      controller.abort(Object.assign(new Error(message(name)), {exitCode}));
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  const end = (): void => {
    for (const [name, handler] of handlers) process.off(name, handler);
  };
  return {signal: controller.signal, end};
}
