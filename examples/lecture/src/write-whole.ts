import {mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';

/** Writes a file whole or not at all, into a folder that is made where it is missing. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), {recursive: true});
  const part = join(dirname(path), `.${basename(path)}.${process.pid}.part`); // two processes may write at a time
  try {
    writeFileSync(part, content);
    renameSync(part, path);
  } finally {
    rmSync(part, {force: true});
  }
}
