import {existsSync} from 'node:fs';
import {access, constants, mkdir, stat} from 'node:fs/promises';
import {dirname, resolve} from 'node:path';
import {reasonOf} from '@contrastive/internal';
import {UsageError} from '../program/usage-error.js';

/**
 * Throws unless a file can be written there, before any work: its folder is made, and a file that is there is only
 * replaced where that was asked for.
 *
 * @param where What messages begin with.
 * @throws UsageError that says what is in the way.
 */
export async function checkFile(where: string, path: string, overwrite: boolean): Promise<void> {
  if (existsSync(path)) {
    if ((await stat(path)).isDirectory())
      throw new UsageError(`${where}: expected a file as --out, got the folder ${path}; give a file in it.`);
    if (!overwrite) {
      throw new UsageError(
        `${where}: expected a new file as --out, got ${path}, which is there; give another, or --overwrite.`,
      );
    }
  }
  const folder = dirname(resolve(path));
  try {
    await mkdir(folder, {recursive: true});
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new UsageError(
      `${where}: expected a file to write as --out, got ${path}, which cannot be written ` +
        `(${reasonOf(cause)}); give one in a folder that this user may write to.`,
      {cause},
    );
  }
}
