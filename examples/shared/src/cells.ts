import {appendFileSync, existsSync, readFileSync, truncateSync} from 'node:fs';
import type {TransferCell} from '@contrastive/linear-probe';

/** Finished cells in a file, a line each. */
interface Cells<T> {
  /** Those of the file, and those that were added. */
  readonly cells: T[];
  /** Writes one more. */
  add(cell: T): void;
}

/**
 * Opens a file of finished cells, plain data of whatever kind; a line that was cut off when a run was killed goes.
 */
export function openCells<T = TransferCell>(path: string): Cells<T> {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const lines = whole.split('\n').slice(0, -1);
  const cells = lines.map(line => JSON.parse(line) as T); // as `add` wrote it
  return {
    cells,
    add(cell) {
      appendFileSync(path, `${JSON.stringify(cell)}\n`);
      cells.push(cell);
    },
  };
}
