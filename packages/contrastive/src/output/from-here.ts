import {isAbsolute, relative, sep} from 'node:path';

/**
 * A path as people would give it here: from the folder they are in where it lies there, else as it is.
 *
 * @param folder Where they are; the working directory by default.
 */
export function fromHere(path: string, folder = ''): string {
  if (!isAbsolute(path)) return path;
  const short = relative(folder, path);
  return short === '' || short.split(sep)[0] === '..' || isAbsolute(short) ? path : short;
}
