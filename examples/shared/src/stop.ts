import {RunStopped, type StopSignal} from '@contrastive/train/node';

/** Ends a program of many trainings in good order. */
interface Stop {
  /** Aborted by the first signal, with what the program ends with as its reason. */
  readonly signal: AbortSignal;
  /** Listens no longer. */
  readonly end: () => void;
}

/** Signals within so many ms are one: a terminal sends Ctrl-C to all of its processes, and npm sends it on. */
const ONE_SIGNAL = 2000;

/**
 * Listens to Ctrl-C: a training finishes its step and saves, a measurement ends before it begins the next one. Another
 * one, after a moment, ends the program at once, and loses no finished cell either.
 *
 * @param where Whose signals these are: what the message begins with.
 * @param folder Where everything is.
 */
export function listen(where: string, folder: string): Stop {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const handlers = (['SIGHUP', 'SIGINT', 'SIGTERM'] as const).map((name: StopSignal) => {
    const handler = (): void => {
      if (controller.signal.aborted) return;
      timer = setTimeout(() => process.off(name, handler), ONE_SIGNAL).unref();
      console.error(`\n${name}: stops after what is being measured; once more ends it at once.`);
      const message = `${where}: stopped; what is finished is in ${folder}, and the same command goes on.`;
      controller.abort(new RunStopped(name, message));
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
