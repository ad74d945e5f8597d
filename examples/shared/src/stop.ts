import {onFirstSignal} from '@contrastive/internal/node';
import {RunStopped} from '@contrastive/train/node';

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
  const end = onFirstSignal(['SIGHUP', 'SIGINT', 'SIGTERM'], name => {
    console.error(`\n${name}: stops after this step or measurement; once more ends it at once.`);
    const message = `${where}: stopped; what is finished is in ${folder}, and the same command goes on.`;
    controller.abort(new RunStopped(name, message));
  });
  try {
    await work(controller.signal);
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    end();
  }
}
