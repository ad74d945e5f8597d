import {existsSync, readFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {checkOptions, checkValue, integer, text, type Rules} from '@contrastive/internal';
import {growingFile, replaceFile, touching} from './growing-file.js';
import {linesBefore} from './lines-before.js';

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

/** Options of {@link jsonlWriter}. */
export interface JsonlWriterOptions {
  /**
   * The first step of a resumed run, from 0 on: records of a file that is there stay if their `step` is below it, so
   * that each step stands there once. A record without a step goes with the one before it, and half a line at the end
   * goes. By default the file is emptied.
   */
  readonly from?: number;
}

/** What the options of both writers may be. */
export const resumeRules: Rules<JsonlWriterOptions> = {from: integer({least: 0})};

/** Leaves of a file what is of earlier steps: written beside it and renamed, so that a moment's end loses nothing. */
function keepBefore(path: string, from: number): void {
  const content = touching('jsonlWriter', 'read', path, () => readFileSync(path));
  const kept = linesBefore('jsonlWriter', path, content, from);
  const part = join(dirname(path), `.${basename(path)}.part`);
  if (kept.length < content.length) replaceFile('jsonlWriter', path, part, kept);
}

/**
 * A writer of JSON lines, such as the records of a run. Creates the file's folder where it is missing and empties a
 * file that is there, unless told from which step on it is written.
 *
 * @param path The file.
 * @param options Options; see {@link JsonlWriterOptions}.
 * @returns The writer; the caller closes it.
 * @throws `TypeError` or `RangeError` for a bad option, `Error` when the file cannot be opened or written, with the
 * system's error as `cause`, and with `from` for a whole line that is not a record, before anything changes.
 * @example
 * ```ts
 * const log = jsonlWriter('runs/metrics.jsonl');
 * for await (const record of train(options)) log.write(record);
 * log.close();
 * ```
 */
export function jsonlWriter(path: string, options: JsonlWriterOptions = {}): JsonlWriter {
  checkValue('jsonlWriter', 'path', path, text);
  checkOptions('jsonlWriter', options, resumeRules);
  const goesOn = options.from !== undefined && existsSync(path);
  if (options.from !== undefined && goesOn) keepBefore(path, options.from);
  const file = growingFile('jsonlWriter', path, goesOn ? 'r+' : 'w');
  return {
    write(record) {
      file.append(Buffer.from(`${JSON.stringify(record)}\n`));
    },
    close() {
      file.close();
    },
  };
}
