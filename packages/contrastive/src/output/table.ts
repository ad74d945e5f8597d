import {printable} from '../escape/terminal.js';

/** Emoji and letters of full width take two places. */
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/gu;

const width = (text: string): number => Array.from(text).length + (text.match(wide)?.length ?? 0);

/**
 * A table in columns, below each other.
 *
 * @param head What the columns are called; those of numbers are set to the right.
 * @param rows Cells, as they may stand in a terminal.
 */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const numbers = head.map((_, column) => rows.every(row => /^[\d.,−–-]+( %)?$/.test(String(row[column]))));
  const cells = [head, ...rows].map(row => row.map(cell => printable(String(cell))));
  const widths = head.map((_, column) => Math.max(...cells.map(row => width(row[column]))));
  return cells
    .map(row =>
      row
        .map((cell, column) => {
          const space = ' '.repeat(widths[column] - width(cell));
          return numbers[column] ? space + cell : cell + space;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
