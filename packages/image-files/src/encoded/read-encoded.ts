import {lstat, readFile, realpath, stat} from 'node:fs/promises';
import {basename, dirname, join, sep} from 'node:path';
import type {EncodedImage} from '@contrastive/data';
import {reasonOf} from '@contrastive/internal';
import {BadImageError} from '../bad-images.js';

/** The path of a directory without links in it; for a batch each is looked up once. */
export type RealDirectory = (directory: string) => Promise<string>;

/** Looks up each directory once. */
export function realDirectories(): RealDirectory {
  const known = new Map<string, Promise<string>>();
  return directory => {
    const found = known.get(directory) ?? realpath(directory);
    known.set(directory, found);
    return found;
  };
}

/**
 * The bytes of an encoded image: its own, or those of its file. Waits for nothing that is no regular file, and reads
 * nothing outside of `within`.
 *
 * @throws BadImageError (a rejection) when there are none.
 */
export async function readEncoded(
  {path, bytes, within, missing = 'it is empty'}: EncodedImage,
  realDirectory: RealDirectory = realpath,
): Promise<Uint8Array> {
  const found = bytes ?? (await readRegularFile(path, within, realDirectory));
  if (found.length === 0) throw new BadImageError(missing);
  return found;
}

async function readRegularFile(
  path: string,
  within: string | undefined,
  realDirectory: RealDirectory,
): Promise<Uint8Array> {
  let link = false;
  try {
    let target = join(await realDirectory(dirname(path)), basename(path));
    let found = await lstat(target);
    link = found.isSymbolicLink();
    if (link) {
      target = await realpath(target);
      found = await stat(target);
    }
    if (within !== undefined && !isWithin(target, within))
      throw new BadImageError(`it is a link that leads out of ${within}`);
    if (!found.isFile()) throw new BadImageError('it is no regular file');
    return await readFile(target);
  } catch (error) {
    if (error instanceof BadImageError) throw error;
    const nowhere = link && (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new BadImageError(nowhere ? 'it is a link that leads nowhere' : `it could not be read (${reasonOf(error)})`, {
      cause: error,
    });
  }
}

/** Whether a path, without links and dots in it, is the directory or lies below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}
