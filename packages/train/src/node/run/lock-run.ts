import {join} from 'node:path';
import {reasonOf} from '@contrastive/internal';
import {withLock} from '@contrastive/internal/node';

/** A lock whose holder is not named is damaged; nobody waits so long without a word. */
const PATIENCE = 5_000;

/**
 * Keeps other runs out of a folder.
 *
 * @returns What gives the folder back; the end of the process does too.
 * @throws Error at once when another run is there, or when this user may not write there.
 */
export async function lockRun(where: string, folder: string): Promise<() => Promise<void>> {
  const path = join(folder, '.run.lock');
  const waiting = (pid: number): never => {
    throw new Error(
      `${where}: expected a folder that no other run writes, got ${folder}, which process ${pid} does; wait for it, ` +
        'or give another folder.',
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
          : code !== undefined && `${reasonOf(cause)}; give a folder that you may write to`;
      const expected = `${where}: expected to write to ${folder}, got ${found || ''}.`;
      reject(found === false ? (cause as Error) : new Error(expected, {cause}));
    });
  });
}
