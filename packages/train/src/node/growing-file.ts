import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import {dirname} from 'node:path';

/** A file that grows by whole pieces. */
export interface GrowingFile {
  /** Adds bytes at the end; they have left the process on return. When not all can be written, none stay. */
  append(bytes: Uint8Array): void;
  /** Closes the file; again does nothing. */
  close(): void;
}

/** Does something with a file; a failure says whose it is, which file and why. */
export function touching<R>(where: string, what: string, path: string, action: () => R): R {
  try {
    return action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `${where}: cannot ${what} ${path} (${reason}); check the path, its permissions and the space on the disk.`,
      {cause},
    );
  }
}

/** Writes all bytes at a position, where one call may write but a part of them; returns the position after them. */
function writeWhole(file: number, bytes: Uint8Array, position: number): number {
  let done = 0;
  while (done < bytes.length) done += writeSync(file, bytes, done, bytes.length - done, position + done);
  return position + done;
}

/** Cuts a file off after its last whole piece; a file that cannot be cut keeps its half piece. */
function cut(file: number, length: number): void {
  try {
    ftruncateSync(file, length);
  } catch {
    // The failed write is the error to tell.
  }
}

/**
 * Opens a file to add to, and creates its folder where it is missing.
 *
 * @param where Whose file it is: what messages begin with.
 * @param flags `'w'` empties a file that is there, `'wx'` refuses one, `'r+'` goes on behind its end.
 * @throws `Error` when the file cannot be opened or written, with the system's error as `cause`.
 */
export function growingFile(where: string, path: string, flags: 'w' | 'wx' | 'r+'): GrowingFile {
  let length = 0;
  let file: number | undefined = touching(where, 'open', path, () => {
    mkdirSync(dirname(path), {recursive: true});
    const opened = openSync(path, flags);
    length = fstatSync(opened).size;
    return opened;
  });
  return {
    append(bytes) {
      const open = file;
      if (open === undefined) throw new Error(`${where}: ${path} is closed; write before closing.`);
      touching(where, 'write', path, () => {
        try {
          length = writeWhole(open, bytes, length);
        } catch (cause) {
          cut(open, length);
          throw cause;
        }
      });
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** Replaces a file by another content, which is written to `part`, beside it, and renamed when it is on the disk. */
export function replaceFile(where: string, path: string, part: string, content: Uint8Array): void {
  touching(where, 'replace', path, () => {
    try {
      const file = openSync(part, 'w');
      try {
        writeWhole(file, content, 0);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(part, path);
    } catch (cause) {
      rmSync(part, {force: true});
      throw cause;
    }
  });
}
