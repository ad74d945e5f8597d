/** What spreadsheets take for the beginning of a formula, also in the letters of full width. */
const formula = /^\s*[=+\-@＝＋－＠\t\r]/u;

/**
 * One cell of a CSV file (RFC 4180). Text that a spreadsheet would run as a formula begins with an apostrophe, which
 * spreadsheets do not show; numbers are numbers.
 *
 * @example
 * csvCell('=HYPERLINK("http://…")'); // `"'=HYPERLINK(""http://…"")"`
 */
export function csvCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = (formula.test(value) ? `'${value}` : value).replaceAll('\0', '');
  return /[",\n\r]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A line of a CSV file, with its end. */
export const csvLine = (cells: readonly (string | number | undefined)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`;
