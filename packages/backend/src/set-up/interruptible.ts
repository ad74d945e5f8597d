import {SetUpError} from './set-up-error.js';

const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs `action` with a signal that fires when the user interrupts this process; without one, the process's own signals
 * do.
 *
 * @param given the caller's signal: who gives one cares for interruptions.
 */
export async function interruptible<T>(
  given: AbortSignal | undefined,
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (given !== undefined) {
    return action(given);
  }
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort(
      new SetUpError(
        'interrupted',
        'The set-up was interrupted; it left nothing half-written.',
        'Run it again to go on.',
      ),
    );
  };
  signals.forEach(name => process.on(name, abort));
  try {
    return await action(controller.signal);
  } finally {
    signals.forEach(name => process.off(name, abort));
  }
}
