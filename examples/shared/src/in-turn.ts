import {join} from 'node:path';
import {hasNoLocks, withLock} from '@contrastive/internal/node';

/** Milliseconds to wait for others. */
const PATIENCE = 300_000;

/**
 * Does what takes seconds and writes to a folder that several runs have in common, one after the other. `alone` is for
 * the folder of one run.
 *
 * A file system without hard links has no locks: there nothing is waited for, as in `alone`.
 *
 * @param where Whose it is: what messages begin with.
 * @param signal Ends the wait.
 * @throws Error when another process does not give the folder back; the signal's reason; whatever `action` throws.
 */
export async function inTurn<T>(
  where: string,
  folder: string,
  action: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const lock = join(folder, '.turn.lock'); // `alone` has `.lock`
  const patience = AbortSignal.timeout(PATIENCE);
  let holder = 0;
  const done = {begun: false};
  const waiting = (pid: number): void => {
    holder = pid;
    console.error(`${where}: waits for process ${pid}, which writes to ${folder}`);
  };
  try {
    return await withLock(lock, {waiting, signal: AbortSignal.any([patience, ...(signal ? [signal] : [])])}, () => {
      done.begun = true;
      return action();
    });
  } catch (cause) {
    if (!done.begun && hasNoLocks(cause)) return action();
    if (cause !== patience.reason) throw cause;
    throw new Error(
      `${where}: expected ${folder} to be given back within ${PATIENCE / 60_000} min, got process ${holder} still ` +
        `writing there; end it, or remove ${lock} where there is no such process, and run this again.`,
      {cause},
    );
  }
}
