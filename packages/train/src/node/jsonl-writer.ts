import {appendFileSync, closeSync, mkdirSync, openSync} from 'node:fs';
import {dirname} from 'node:path';

/** Writes records to a file, one line of JSON each. */
export interface JsonlWriter {
  /**
   * Appends one record, its keys in the order that it has them; NaN and infinities become `null`, as JSON lacks them.
   * The line has left the process on return, so it survives the process's end.
   */
  write(record: object): void;
  /** Closes the file; again does nothing. */
  close(): void;
}

/**
 * A writer of JSON lines, such as the records of a run. Creates the file's folder where it is missing and empties a file that is there.
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
  const attempt = <R>(what: string, action: () => R): R => {
    try {
      return action();
    } catch (cause) {
      throw new Error(`jsonlWriter: cannot ${what} ${path}; check the path, its permissions and the space on the disk.`, {cause});
    }
  };
  let file: number | undefined = attempt('open', () => {
    mkdirSync(dirname(path), {recursive: true});
    return openSync(path, 'w');
  });
  return {
    write(record) {
      const open = file;
      if (open === undefined) throw new Error(`jsonlWriter: ${path} is closed; write before closing.`);
      const line = `${JSON.stringify(record)}\n`;
      attempt('write', () => {
        appendFileSync(open, line);
      });
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
