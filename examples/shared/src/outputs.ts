import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {reasonOf} from '@contrastive/internal';
import {holdFolder} from '@contrastive/internal/node';
import {checkExport, exportEncoder} from '@contrastive/weights/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/**
 * Does what writes to a folder while no other run does.
 *
 * @param where Whose folder it is: what messages begin with.
 * @throws Error at once when another run writes there, or when this user may not; whatever `action` throws.
 */
export async function alone<T>(where: string, folder: string, action: () => Promise<T>): Promise<T> {
  const release = await holdFolder(where, folder, {lock: '.lock', as: ' as --out'});
  try {
    return await action();
  } finally {
    await release();
  }
}

/**
 * Saves an encoder; where that fails after all, beside the directory or among the temporary files, because a training
 * is not to be lost. Says where it is.
 *
 * @returns the directory that it went to.
 * @throws Error when it cannot be written anywhere.
 */
export async function save(encoder: LayersModel, directory: string, metadata?: object): Promise<string> {
  const options = {overwrite: true, ...(metadata && {metadata: {...metadata}})};
  try {
    await exportEncoder(encoder, directory, options);
    console.log(`Encoder: ${directory}`);
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
