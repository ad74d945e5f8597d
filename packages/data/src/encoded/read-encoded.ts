import {lstat, readFile, realpath, stat} from 'node:fs/promises';
import {sep} from 'node:path';
import {message} from '../read-file.js';
import {BadImageError} from './bad-image-error.js';
import type {EncodedImage} from './contract.js';

/**
 * The bytes of an encoded image: its own, or those of its file. Waits for nothing that is no regular file, and reads nothing outside of `within`.
 *
 * @throws BadImageError (a rejection) when there are none.
 */
export async function readEncoded({path, bytes, within}: EncodedImage): Promise<Uint8Array> {
  const found = bytes ?? (await readRegularFile(path, within));
  if (found.length === 0) throw new BadImageError('it is empty');
  return found;
}

async function readRegularFile(path: string, within: string | undefined): Promise<Uint8Array> {
  try {
    const file = await realpath(path);
    if (within !== undefined && !isWithin(file, within)) throw new BadImageError(`it is a link that leads out of ${within}`);
    if (!(await stat(file)).isFile()) throw new BadImageError('it is no regular file');
    return await readFile(file);
  } catch (error) {
    if (error instanceof BadImageError) throw error;
    const link = (error as NodeJS.ErrnoException).code === 'ENOENT' && (await isLink(path));
    throw new BadImageError(link ? 'it is a link that leads nowhere' : `it could not be read (${message(error)})`, {cause: error});
  }
}

/** Whether a path, without links and dots in it, is the directory or lies below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}
