import {join} from 'node:path';
import {reasonOf} from '../reason-of.js';
import {withLock} from './lock.mjs';

/** A lock whose holder is not named is damaged, and taken over after a minute; nobody waits so long without a word. */
const PATIENCE = 5_000;

/** How {@link holdFolder} holds it. */
interface HoldOptions {
  /** The lock's name in the folder. */
  readonly lock: string;
  /** How a program is told of another folder, for its messages: ` as --out`. */
  readonly as?: string;
}

/**
 * Keeps other runs out of a folder.
 *
 * @param where Whose folder it is: what messages begin with.
 * @returns What gives the folder back; the end of the process does too.
 * @throws Error at once when another run is there, or when this user may not write there.
 */
export async function holdFolder(
  where: string,
  folder: string,
  {lock, as = ''}: HoldOptions,
): Promise<() => Promise<void>> {
  const path = join(folder, lock);
  const waiting = (pid: number): never => {
    throw new Error(
      `${where}: expected a folder that no other run writes, got ${folder}, which process ${pid} does; wait for it, ` +
        `or give another folder${as}.`,
    );
  };
  return new Promise((resolve, reject) => {
    let end = (): void => undefined;
    const held = withLock(path, {waiting, signal: AbortSignal.timeout(PATIENCE)}, async () => {
      const released = new Promise<void>(done => {
        end = done;
      });
      resolve(async () => {
        end();
        await held;
      });
      await released;
    });
    held.catch((cause: unknown) => {
      const {code, name, syscall} = cause as NodeJS.ErrnoException;
      // A file system without hard links has no locks; each says so in another way.
      if (syscall === 'link' && !['ENOSPC', 'EDQUOT', 'EROFS'].includes(code ?? '')) {
        resolve(async () => undefined);
        return;
      }
      const found =
        name === 'TimeoutError'
          ? `the damaged ${path}; remove it`
          : code !== undefined && `${reasonOf(cause)}; give a folder that you may write to${as}`;
      const expected = `${where}: expected to write to ${folder}, got ${found || ''}.`;
      reject(found === false ? (cause as Error) : new Error(expected, {cause}));
    });
  });
}
