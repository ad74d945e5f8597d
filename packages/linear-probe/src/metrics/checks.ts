import {checkValue, integer, kind, list, show, type Rule} from '@contrastive/internal';

const isList = (value: unknown): boolean =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

const anyIntegers = list(integer());

/** Whole numbers; those of an `Int32Array` need no look. */
export const integersRule: Rule = {
  ...anyIntegers,
  judge: value => (value instanceof Int32Array ? undefined : anyIntegers.judge(value)),
};

/** Throws unless both are whole numbers, as many of one as of the other, at least one. */
export function checkScored(where: string, predictions: Int32Array, labels: Int32Array): void {
  checkValue(where, 'predictions', predictions, integersRule);
  checkValue(where, 'labels', labels, integersRule);
  if (labels.length > 0 && predictions.length === labels.length) return;
  throw new RangeError(
    `${where}: expected as many predictions as labels, and at least one, got ${predictions.length} and ` +
      `${labels.length}.`,
  );
}

const numbersRule = kind('a list of numbers', isList);

/** Throws unless `values` is a list of finite numbers. */
export function checkNumbers(where: string, name: string, values: ArrayLike<number>): void {
  checkValue(where, name, values, numbersRule);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    const what = `${where}: expected finite numbers as ${name}, got ${show(values[i])} at position ${i}.`;
    throw typeof values[i] === 'number' ? new RangeError(what) : new TypeError(what);
  }
}

/** A list of marks, which `checkMarks` looks at. */
export const marksRule = kind('a list of 0 and 1', isList);

/** Throws unless `marks` is a list of `length` numbers, each 0 or 1. */
export function checkMarks(where: string, name: string, marks: ArrayLike<number>, length: number): void {
  checkValue(where, name, marks, marksRule);
  if (marks.length !== length) {
    throw new RangeError(`${where}: expected ${length} marks, one a score, as ${name}, got ${marks.length}.`);
  }
  for (let i = 0; i < length; i++) {
    if (marks[i] === 0 || marks[i] === 1) continue;
    throw new RangeError(
      `${where}: expected 0 or 1 as ${name}, got ${show(marks[i])} at position ${i}; VOC's difficult images are 1 in ` +
        'difficult, and either in relevant.',
    );
  }
}
