import {badFile, FETCH_AGAIN} from './bad-file.js';
import type {Caller} from './calls.js';
import type {Cursor} from './cursor.js';
import {describe, type Storage, type Value} from './values.js';

/** The machine of a pickle, in the words of Python's pickletools. */
export interface Machine extends Caller {
  readonly cursor: Cursor;
  readonly stack: Value[];
  /** Heights of the stack that were marked. */
  readonly marks: number[];
  readonly memo: Map<number, Value>;
  /** The storages by key. */
  readonly storages: Map<string, Storage>;
}

/** The topmost value, taken off the stack; a mark is no value. */
export function pop({where, stack, marks}: Machine): Value {
  if (stack.length <= (marks.at(-1) ?? 0)) throw badFile(where, 'a value on the stack', 'none', FETCH_AGAIN);
  return stack.pop() as Value; // there is one
}

/** The topmost value. */
export function top(machine: Machine): Value {
  const value = pop(machine);
  machine.stack.push(value);
  return value;
}

/** All above the last mark, taken off the stack with it. */
export function popToMark({where, stack, marks}: Machine): Value[] {
  const height = marks.pop();
  if (height === undefined) throw badFile(where, 'a mark on the stack', 'none', FETCH_AGAIN);
  return stack.splice(height);
}

/** The error for what has another kind than its operation works on. */
export const unfit = ({where}: Machine, expected: string, value: Value): Error =>
  badFile(where, `${expected} in the pickle`, describe(value), FETCH_AGAIN);
