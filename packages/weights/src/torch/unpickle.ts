import {badFile, FETCH_AGAIN, SAVE_STATE} from './bad-file.js';
import {cursorOf, EndOfBytes} from './cursor.js';
import type {Machine} from './machine.js';
import {operations} from './operations.js';
import type {Storage, Value} from './values.js';

/** The most operations of a pickle: that of a network of 200 layers with its optimiser has some 100,000. */
const MOST_OPERATIONS = 2 ** 24;

/** The most values on the stack; Python puts 1,000 items there at a time. */
const MOST_ON_STACK = 2 ** 20;

/** The most values that a pickle may refer back to. */
const MOST_REMEMBERED = 2 ** 22;

/** A pickle's value, where it ends, and the storages that it names, by key. */
export interface Unpickled {
  readonly value: Value;
  readonly end: number;
  readonly storages: ReadonlyMap<string, Storage>;
}

/** The most values that calls may copy. */
const MOST_COPIED = 2 ** 24;

const STOP = '.'.charCodeAt(0);

/**
 * Interprets one pickle of protocol 2 to 5: no name in it is looked up, and nothing is run.
 *
 * @param begin Where it begins in the bytes.
 * @throws the error `EndOfBytes` where it goes on behind the bytes; Error for a damaged one, and for what no weights
 * need.
 */
export function unpickle(where: string, bytes: Uint8Array, begin = 0): Unpickled {
  const cursor = cursorOf(bytes, begin);
  let copied = 0;
  const spend = (values: number): void => {
    copied += values;
    if (copied > MOST_COPIED)
      throw badFile(where, `a pickle that copies at most ${MOST_COPIED} values`, 'more', SAVE_STATE);
  };
  const machine: Machine = {where, spend, cursor, stack: [], marks: [], memo: new Map(), storages: new Map()};
  const {stack, marks, memo, storages} = machine;
  for (let done = 0; done < MOST_OPERATIONS; done++) {
    const code = cursor.unsigned(1);
    if (code === STOP) {
      if (stack.length !== 1 || marks.length > 0)
        throw badFile(where, 'one value at the end of the pickle', `${stack.length}`, FETCH_AGAIN);
      return {value: stack[0], end: cursor.at(), storages};
    }
    const operation = operations[code];
    if (operation === undefined) {
      const shown = `0x${code.toString(16).padStart(2, '0')}`;
      throw badFile(
        where,
        'an operation of protocol 2 to 5 in the pickle',
        `${shown} at ${cursor.at() - 1}`,
        SAVE_STATE,
      );
    }
    operation(machine);
    if (stack.length > MOST_ON_STACK || memo.size > MOST_REMEMBERED)
      throw badFile(where, `a pickle of at most ${MOST_ON_STACK} values at once`, 'more', SAVE_STATE);
  }
  throw badFile(where, `a pickle of at most ${MOST_OPERATIONS} operations`, 'more', SAVE_STATE);
}

/** The same of a pickle that must end within its bytes. */
export function unpickleAll(where: string, bytes: Uint8Array): Unpickled {
  try {
    return unpickle(where, bytes);
  } catch (error) {
    if (!(error instanceof EndOfBytes)) throw error;
    throw badFile(where, 'a pickle that ends', `${bytes.length} bytes without its end`, FETCH_AGAIN, error);
  }
}
