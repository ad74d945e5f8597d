import {RunStopped, type StopSignal} from '@contrastive/train/node';

/** Ends a benchmark in good order. */
interface Stop {
  /** Aborted by the first signal, with what the program ends with as its reason. */
  readonly signal: AbortSignal;
  /** Listens no longer. */
  readonly end: () => void;
}

/**
 * Listens to Ctrl-C: a training finishes its step and saves, a measurement ends before it begins the next one. A second
 * one ends the program at once, and loses no finished cell either.
 *
 * @param folder Where everything is.
 */
export function listen(folder: string): Stop {
  const controller = new AbortController();
  const handlers = (['SIGINT', 'SIGTERM'] as const).map((name: StopSignal) => {
    const handler = (): void => {
      console.error(`\n${name}: stops after what is being measured; once more ends it at once.`);
      const message = `fashion-mnist: stopped; what is finished is in ${folder}, and the same command goes on.`;
      controller.abort(new RunStopped(name, message));
    };
    process.once(name, handler);
    return [name, handler] as const;
  });
  return {
    signal: controller.signal,
    end: () => {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
