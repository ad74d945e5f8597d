import {checkValue, integer, kind, type Rule} from '@contrastive/internal';
import type {Source} from '@contrastive/data';
import {heldOutStreams, holdOutFifth, type Parts} from '../hold-out.js';

/** How many classes there may be to learn. */
export const classCountRule: Rule = integer({least: 2});

const labelsRule = kind(
  'labels, an Int32Array,',
  value => value instanceof Int32Array,
  'take images of a source that has labels, or convert by Int32Array.from(labels, Number)',
);

/**
 * The labels, one a row.
 *
 * @param name What they are of, as messages have it.
 * @param classCount Where given, each label is from 0 to `classCount − 1`; else any number.
 * @throws TypeError where there are none, RangeError for another number of them and for one out of range.
 */
export function checkLabels(
  where: string,
  name: string,
  labels: Int32Array | undefined,
  rows: number,
  classCount?: number,
): Int32Array {
  checkValue(where, `labels of ${name}`, labels, labelsRule);
  const given = labels ?? new Int32Array();
  if (given.length !== rows) {
    throw new RangeError(
      `${where}: expected ${rows} labels, one an image, as labels of ${name}, got ${given.length}; give as many.`,
    );
  }
  if (classCount === undefined) return given;
  const wrong = given.findIndex(label => label < 0 || label >= classCount);
  if (wrong >= 0) {
    throw new RangeError(
      `${where}: expected classes from 0 to ${classCount - 1} as labels of ${name}, got ${given[wrong]} at ${wrong}; ` +
        'number the classes from 0 on, or raise classCount.',
    );
  }
  return given;
}

/**
 * Throws unless there are so many rows of each class.
 *
 * @param advice What to do, in the imperative.
 */
export function checkEachClass(
  where: string,
  name: string,
  labels: Int32Array,
  classes: Int32Array,
  least: number,
  advice: string,
): void {
  const counts = new Map(Array.from(classes, label => [label, 0]));
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const [label, count] of counts) {
    if (count < least) {
      throw new RangeError(
        `${where}: expected at least ${least} images of each class as ${name}, got ${count} of class ${label}; ` +
          `${advice}.`,
      );
    }
  }
}

/**
 * Throws where sources name a class otherwise than the first does: its number would mean two. One of them may have more
 * classes, after those of the others.
 *
 * @param sources By name, as messages have it; what to learn from comes first.
 */
export function checkClassNames(where: string, sources: Readonly<Record<string, Source>>): void {
  const named = Object.entries(sources).filter(([, {classNames}]) => classNames !== undefined);
  for (const [name, {classNames = []}] of named.slice(1)) {
    const [first, {classNames: known = []}] = named[0];
    if (classNames.every((one, i) => i >= known.length || one === known[i])) continue;
    const list = (names: readonly string[]): string => names.slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '');
    throw new RangeError(
      `${where}: expected the class names of ${first} (${list(known)}) as those of ${name}, got ${list(classNames)}; ` +
        'give both the same classes in the same order, because one number would mean two.',
    );
  }
}

/** The classes that occur, ascending. @throws RangeError where there is one only. */
export function checkSeveral(where: string, name: string, labels: Int32Array): Int32Array {
  const classes = Int32Array.from(new Set(labels)).sort();
  if (classes.length > 1) return classes;
  throw new RangeError(
    `${where}: expected at least two classes as labels of ${name}, got ${labels.length} images of class ` +
      `${classes.at(0) ?? 'none'}; add images of another class.`,
  );
}

/**
 * Holds out a fifth of each class, rounded up, as `holdOutFifth` does, of classes that can give some.
 *
 * @throws RangeError for a class with one row, of which either part would have none.
 */
export function holdOut(where: string, labels: Int32Array, seed: number): Parts {
  const classes = Int32Array.from(new Set(labels)).sort();
  checkEachClass(where, 'train', labels, classes, 2, 'give more of it, or validation images');
  return holdOutFifth(labels, seed, heldOutStreams.trainings);
}
