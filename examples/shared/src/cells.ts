import {appendFileSync, existsSync, readFileSync, truncateSync} from 'node:fs';
import type {TransferCell} from '@contrastive/linear-probe';

/** Finished cells in a file, a line each. */
interface Cells {
  /** Those of the file, and those that were added. */
  readonly cells: TransferCell[];
  /** Writes one more. */
  add(cell: TransferCell): void;
}

/** Opens a file of finished cells; a line that was cut off when a run was killed goes. */
export function openCells(path: string): Cells {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const lines = whole.split('\n').slice(0, -1);
  const cells = lines.map(line => JSON.parse(line) as TransferCell);
  return {
    cells,
    add(cell) {
      appendFileSync(path, `${JSON.stringify(cell)}\n`);
      cells.push(cell);
    },
  };
}
