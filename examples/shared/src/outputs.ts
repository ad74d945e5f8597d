import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {reasonOf} from '@contrastive/internal';
import {withLock} from '@contrastive/internal/node';
import {exportEncoder} from '@contrastive/weights';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/** What file systems without hard links answer, which a lock needs. */
const noLocks: readonly (string | undefined)[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * Does what writes to a folder while no other run does.
 *
 * @param where Whose folder it is: what messages begin with.
 * @throws Error at once when another run writes there, or when this user may not; whatever `action` throws.
 */
export async function alone<T>(where: string, folder: string, action: () => Promise<T>): Promise<T> {
  const began = {yet: false};
  const begin = (): Promise<T> => {
    began.yet = true;
    return action();
  };
  const waiting = (pid: number): never => {
    throw new Error(
      `${where}: expected a folder that no other run writes, got ${folder}, which process ${pid} does; wait for it, ` +
        'or give another as --out.',
    );
  };
  try {
    return await withLock(join(folder, '.lock'), {waiting}, begin);
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException;
    if (began.yet || code === undefined) throw cause;
    if (noLocks.includes(code)) return begin();
    throw new Error(
      `${where}: expected to write to ${folder}, got ${reasonOf(cause)}; give a folder that you may write to as --out.`,
      {cause},
    );
  }
}

/**
 * Saves an encoder; where that fails after all, beside the directory or among the temporary files, because a training
 * is not to be lost, and says where.
 *
 * @returns the directory that it went to.
 * @throws Error when it cannot be written anywhere.
 */
export async function save(encoder: LayersModel, directory: string, metadata?: object): Promise<string> {
  const options = {overwrite: true, ...(metadata && {metadata: {...metadata}})};
  try {
    await exportEncoder(encoder, directory, options);
    return directory;
  } catch (error) {
    for (const parent of [dirname(directory), tmpdir()]) {
      try {
        const other = await mkdtemp(join(parent, `${basename(directory)}-`));
        await exportEncoder(encoder, other, options);
        console.error(`${reasonOf(error)} The encoder is in ${other} instead.`);
        return other;
      } catch {
        // The first failure is the one to tell.
      }
    }
    throw error;
  }
}
