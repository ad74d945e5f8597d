import {checkValue, integer, object} from '@contrastive/internal';
import {checkMarks, marksRule} from './checks.js';

/** Which classes each image is of, where it may be of several; as VOC 2007 has them. */
export interface LabelMatrix {
  /** 1 where the image is of the class, else 0, `[rows, classCount]`. */
  readonly relevant: Uint8Array;
  /** Number of classes. */
  readonly classCount: number;
  /** 1 where the image is left out for the class, as VOC's "difficult", `[rows, classCount]`; none by default. */
  readonly difficult?: Uint8Array;
}

/**
 * Throws unless `labels` are marks of whole rows, at least one.
 *
 * @returns How many rows.
 */
export function checkLabelMatrix(where: string, name: string, labels: LabelMatrix): number {
  checkValue(where, name, labels, object);
  const {relevant, classCount, difficult} = labels;
  checkValue(where, `${name}.classCount`, classCount, integer({least: 1}));
  checkValue(where, `${name}.relevant`, relevant, marksRule);
  const rows = relevant.length / classCount;
  if (rows === 0 || !Number.isInteger(rows)) {
    throw new RangeError(
      `${where}: expected marks [rows, ${classCount}], at least one row, as ${name}.relevant, got ${relevant.length}.`,
    );
  }
  checkMarks(where, `${name}.relevant`, relevant, relevant.length);
  if (difficult !== undefined) checkMarks(where, `${name}.difficult`, difficult, relevant.length);
  return rows;
}
