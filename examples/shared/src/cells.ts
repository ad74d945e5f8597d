import {appendFileSync, existsSync, readFileSync, truncateSync} from 'node:fs';
import type {TransferCell} from '@contrastive/linear-probe';

/** Finished cells in a file, a line each. */
interface Cells<T> {
  /** Those of the file, and those that were added. */
  readonly cells: T[];
  /** Writes one more. */
  add(cell: T): void;
}

/** The text of a file, and its lines that have an end: the last one has none where a run was killed over it. */
function wholeOf(path: string): {readonly text: string; readonly whole: string} {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return {text, whole: text.slice(0, text.lastIndexOf('\n') + 1)};
}

function parsed(where: string, path: string, whole: string): object[] {
  const lines = whole.split('\n').slice(0, -1);
  return lines.map((line, i) => {
    try {
      const cell: unknown = JSON.parse(line);
      if (typeof cell === 'object' && cell !== null) return cell;
      throw new TypeError(`${line} is no record`);
    } catch (cause) {
      throw new Error(
        `${where}: expected a finished cell as JSON in line ${i + 1} of ${path}, got a damaged one; remove the ` +
          'line: its cell is made again.',
        {cause},
      );
    }
  });
}

/**
 * Reads finished cells, plain data of whatever kind, and leaves their file as it is.
 *
 * @throws Error for a line that is damaged.
 */
export const readCells = (path: string): readonly object[] => parsed('readCells', path, wholeOf(path).whole);

/**
 * Opens a file of finished cells, plain data of whatever kind; a line that was cut off when a run was killed goes.
 *
 * @throws Error for another line that is damaged.
 */
export function openCells<T = TransferCell>(path: string): Cells<T> {
  const {text, whole} = wholeOf(path);
  const cells = parsed('openCells', path, whole) as T[]; // as `add` wrote them
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return {
    cells,
    add(cell) {
      appendFileSync(path, `${JSON.stringify(cell)}\n`);
      cells.push(cell);
    },
  };
}
