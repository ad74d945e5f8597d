import {access, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {gunzip} from 'node:zlib';
import {reasonOf} from '@contrastive/internal';

const unpack = promisify(gunzip);

/** The contents of a file, unpacked, and where it was found. */
interface FileContents {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The path of `name` or `name.gz` in a directory, or undefined when neither is there. */
export async function findPlainOrGzip(directory: string, name: string): Promise<string | undefined> {
  for (const file of [join(directory, `${name}.gz`), join(directory, name)]) {
    try {
      await access(file);
      return file;
    } catch {
      // not this one
    }
  }
  return undefined;
}

/**
 * Reads `name.gz` or `name` from a directory and unpacks it where it is gzipped. Throws an Error that names the file
 * and the remedy.
 */
export async function readPlainOrGzip(where: string, directory: string, name: string): Promise<FileContents> {
  const file = await findPlainOrGzip(directory, name);
  if (file === undefined)
    throw new Error(
      `${where}: ${join(directory, name)}: expected this file or ${name}.gz, found neither; check the directory.`,
    );
  const content = await readFile(file);
  const gzipped = content.length > 1 && content[0] === 0x1f && content[1] === 0x8b;
  if (!gzipped) {
    if (file.endsWith('.gz')) throw new Error(`${file}: expected a gzip file, got other contents; fetch it again.`);
    return {file, bytes: content};
  }
  try {
    return {file, bytes: await unpack(content)};
  } catch (cause) {
    throw new Error(
      `${file}: expected a gzip file, got an error (${reasonOf(cause)}); it is damaged or truncated, fetch it again.`,
      {cause},
    );
  }
}
