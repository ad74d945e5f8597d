import {RunStopped, type StopSignal} from '@contrastive/train/node';

/** Signals within so many ms are one: a terminal sends Ctrl-C to all of its processes, and npm sends it on. */
const ONE_SIGNAL = 2000;

/**
 * Does the work of a program of many trainings, and ends it in good order on Ctrl-C: a training finishes its step and
 * saves, a measurement ends before it begins the next one. Another one, after a moment, ends the program at once, and
 * loses no finished cell either.
 *
 * @param where Whose signals these are: what the message begins with.
 * @param folder Where everything is.
 * @param work Ends early when its signal is aborted.
 * @throws {RunStopped} After a signal, whatever the work threw because of it; else what the work threw.
 */
export async function untilStopped(
  where: string,
  folder: string,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
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
  try {
    await work(controller.signal);
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    for (const [name, handler] of handlers) process.off(name, handler);
  }
}
