import {closeSync, ftruncateSync, mkdirSync, openSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {checkValue, text} from '@contrastive/internal';

/** Writes records to a file, one line of JSON each. */
export interface JsonlWriter {
  /**
   * Appends one record, its keys in the order that it has them; NaN and infinities become `null`, as JSON lacks them.
   * The line has left the process on return, so it survives the process's end. When it cannot be written whole, none of
   * it stays.
   */
  write(record: object): void;
  /** Closes the file; again does nothing. */
  close(): void;
}

/** Writes a whole line at a position, where one call may write but a part of it; returns the position after it. */
function writeLine(file: number, line: Uint8Array, position: number): number {
  let done = 0;
  while (done < line.length) done += writeSync(file, line, done, line.length - done, position + done);
  return position + done;
}

/** Cuts a file off after its last whole line; a file that cannot be cut keeps its half line. */
function cut(file: number, length: number): void {
  try {
    ftruncateSync(file, length);
  } catch {
    // The failed write is the error to tell.
  }
}

/**
 * A writer of JSON lines, such as the records of a run. Creates the file's folder where it is missing and empties a
 * file that is there.
 *
 * @param path The file.
 * @returns The writer; the caller closes it.
 * @throws `Error` when the file cannot be opened or written, with the system's error as `cause`.
 * @example
 * ```ts
 * const log = jsonlWriter('runs/metrics.jsonl');
 * for await (const record of train(options)) log.write(record);
 * log.close();
 * ```
 */
export function jsonlWriter(path: string): JsonlWriter {
  checkValue('jsonlWriter', 'path', path, text);
  const attempt = <R>(what: string, action: () => R): R => {
    try {
      return action();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `jsonlWriter: cannot ${what} ${path} (${reason}); check the path, its permissions and the space on the disk.`,
        {cause},
      );
    }
  };
  let file: number | undefined = attempt('open', () => {
    mkdirSync(dirname(path), {recursive: true});
    return openSync(path, 'w');
  });
  let length = 0;
  return {
    write(record) {
      const open = file;
      if (open === undefined) throw new Error(`jsonlWriter: ${path} is closed; write before closing.`);
      const line = Buffer.from(`${JSON.stringify(record)}\n`);
      attempt('write', () => {
        try {
          length = writeLine(open, line, length);
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
