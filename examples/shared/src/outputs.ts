import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {reasonOf} from '@contrastive/internal';
import {withLock} from '@contrastive/internal/node';
import {checkExport, exportEncoder} from '@contrastive/weights';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/** A lock whose holder is not named is damaged, and taken over after a minute: nobody waits so long without a word. */
const patience = 5_000;

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
  const lock = join(folder, '.lock');
  const waiting = (pid: number): never => {
    throw new Error(
      `${where}: expected a folder that no other run writes, got ${folder}, which process ${pid} does; wait for it, ` +
        'or give another as --out.',
    );
  };
  try {
    return await withLock(lock, {waiting, signal: AbortSignal.timeout(patience)}, begin);
  } catch (cause) {
    const {code, syscall, name} = cause as NodeJS.ErrnoException;
    if (began.yet) throw cause;
    if (name === 'TimeoutError')
      throw new Error(`${where}: expected to write to ${folder}, got the damaged ${lock}; remove it.`, {cause});
    if (code === undefined) throw cause;
    // A file system without hard links has no locks; each says so in another way.
    if (syscall === 'link' && !['ENOSPC', 'EDQUOT', 'EROFS'].includes(code)) return begin();
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
    const system = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code !== undefined;
    const free = await checkExport(directory, {overwrite: true}).then(
      () => true,
      () => false,
    );
    if (free && !system) throw error; // it is not the place that is wrong
    for (const parent of [dirname(directory), tmpdir()]) {
      const other = await mkdtemp(join(parent, `${basename(directory)}-`)).catch(() => undefined);
      if (other === undefined) continue;
      try {
        await exportEncoder(encoder, other, options);
        console.error(`${reasonOf(error)} The encoder is in ${other} instead.`);
        return other;
      } catch {
        await rm(other, {recursive: true, force: true}); // the first failure is the one to tell
      }
    }
    throw error;
  }
}
