import {join} from 'node:path';
import {withLock} from '@contrastive/internal/node';

/** Milliseconds to wait for others. */
const PATIENCE = 300_000;

/**
 * Does what takes seconds and writes to a folder that several runs have in common, one after the other. `alone` is for
 * the folder of one run.
 *
 * @param where Whose it is: what messages begin with.
 * @throws Error when another process does not give the folder back; whatever `action` throws.
 */
export async function inTurn<T>(where: string, folder: string, action: () => Promise<T>): Promise<T> {
  const lock = join(folder, '.lock');
  const signal = AbortSignal.timeout(PATIENCE);
  let holder = 0;
  const waiting = (pid: number): void => {
    holder = pid;
    console.error(`${where}: waits for process ${pid}, which writes to ${folder}`);
  };
  try {
    return await withLock(lock, {waiting, signal}, action);
  } catch (cause) {
    if (cause !== signal.reason) throw cause;
    throw new Error(
      `${where}: expected ${folder} to be given back within ${PATIENCE / 60_000} min, got process ${holder} still ` +
        `writing there; end it, or remove ${lock} where there is no such process, and run this again.`,
      {cause},
    );
  }
}
