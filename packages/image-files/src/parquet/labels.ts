import {readColumn, type OpenFile} from './read-column.js';

/** The labels of one file. */
export interface FileLabels {
  readonly file: string;
  /** `[rows]`; what is null or negative in the file, or not there, is −1. */
  readonly labels: Int32Array;
}

/** No label: `datasets` writes it for test images whose classes are secret. */
const NONE = -1;

/** Labels of a file that has none. */
export const withoutLabels = (rows: number): Int32Array => new Int32Array(rows).fill(NONE);

/** Reads a column of integers. Throws an Error when it is damaged, or when a label has more than 31 bits. */
export async function readLabels(open: OpenFile, column: string, rows: number): Promise<Int32Array> {
  const values = await readColumn(open, column, 0, rows);
  return Int32Array.from(values, (value, row) => {
    const label = Number(value ?? NONE);
    if (label >= 2 ** 31)
      throw new Error(
        `${open.file} row ${row}: expected a label below 2^31 in the column ${column}, got ${label}; give ` +
          'labelColumn: the name of a column of labels.',
      );
    return Math.max(label, NONE);
  });
}

/**
 * The labels of all files, or undefined when no image has one.
 *
 * @throws Error when some images have labels and others do not, or a class has no name.
 */
export function joinLabels(
  files: readonly FileLabels[],
  classNames: readonly string[] | undefined,
): Int32Array | undefined {
  if (files.every(({labels}) => labels.every(label => label === NONE))) return undefined;
  for (const {file, labels} of files) {
    const missing = labels.indexOf(NONE);
    if (missing >= 0) {
      throw new Error(
        `${file} row ${missing}: expected a label, as other images have one, got none; give labelColumn: false ` +
          'to leave out all, or other files.',
      );
    }
    const unknown = classNames ? labels.findIndex(label => label >= classNames.length) : -1;
    if (unknown >= 0) {
      const remedy = 'fetch the file again, or give labelColumn: false to leave out all';
      throw new Error(
        `${file} row ${unknown}: expected a label below ${classNames?.length}, the number of named classes, got ` +
          `${labels[unknown]}; ${remedy}.`,
      );
    }
  }
  const all = new Int32Array(files.reduce((sum, {labels}) => sum + labels.length, 0));
  let to = 0;
  for (const {labels} of files) {
    all.set(labels, to);
    to += labels.length;
  }
  return all;
}
