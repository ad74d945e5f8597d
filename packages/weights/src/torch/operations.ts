import {badFile, FETCH_AGAIN, SAVE_STATE} from './bad-file.js';
import {call, named, storage} from './calls.js';
import {decode} from './cursor.js';
import {pop, popToMark, top, unfit, type Machine} from './machine.js';
import {fullName} from './names.js';

import {dictionary, isKind, sequence, type Value} from './values.js';

/** What one operation does. */
type Operation = (machine: Machine) => void;

/** The most bytes of an integer: what counts has 8. */
const LONGEST_INTEGER = 1024;

/** A signed integer of any length, the lowest byte first; one that can be counted as a number. */
function integer({where, cursor}: Machine, length: number): number | bigint {
  if (length > LONGEST_INTEGER)
    throw badFile(where, `integers of at most ${LONGEST_INTEGER} bytes`, `${length}`, FETCH_AGAIN);
  const bytes = cursor.take(length);
  const digits = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).reverse();
  const unsigned = length === 0 ? 0n : BigInt(`0x${digits.join('')}`);
  const value = BigInt.asIntN(8 * length, unsigned);
  return BigInt.asIntN(53, value) === value ? Number(value) : value;
}

/** Puts on the stack what is made of the machine. */
const pushing =
  (make: (machine: Machine) => Value): Operation =>
  machine => {
    machine.stack.push(make(machine));
  };

const text = (length: (machine: Machine) => number): Operation =>
  pushing(machine => decode(machine.cursor.take(length(machine))));

const bytes = (length: (machine: Machine) => number): Operation =>
  pushing(machine => machine.cursor.take(length(machine)).slice());

const tuple = (length: number): Operation =>
  pushing(machine => {
    const items = Array.from({length}, () => pop(machine));
    return sequence('tuple', items.reverse());
  });

/** Pairs of what lies behind each other. */
function pairsOf(machine: Machine, items: readonly Value[]): [Value, Value][] {
  if (items.length % 2 !== 0) throw badFile(machine.where, 'keys with values', 'a key without', FETCH_AGAIN);
  return Array.from({length: items.length / 2}, (_, i) => [items[2 * i], items[2 * i + 1]]);
}

/** Adds items to a list or a set; a placeholder keeps them. */
function append(machine: Machine, items: readonly Value[]): void {
  const target = top(machine);
  if (isKind(target, 'list') || isKind(target, 'set')) for (const item of items) target.items.push(item);
  else if (isKind(target, 'placeholder')) for (const item of items) target.parts.push(item);
  else throw unfit(machine, 'a list', target);
}

/** Sets entries of a dictionary; a placeholder keeps them. */
function setItems(machine: Machine, items: readonly Value[]): void {
  const target = top(machine);
  const pairs = pairsOf(machine, items);
  if (isKind(target, 'dictionary')) for (const [key, value] of pairs) target.entries.set(key, value);
  else if (isKind(target, 'placeholder')) for (const item of items) target.parts.push(item);
  else throw unfit(machine, 'a dictionary', target);
}

/** Sets attributes: of a state dict, `_metadata`. */
function build(machine: Machine): void {
  const state = pop(machine);
  const target = top(machine);
  if (isKind(target, 'dictionary')) target.attributes.push(state);
  else if (isKind(target, 'placeholder')) target.parts.push(state);
  else throw unfit(machine, 'an object that has a state', target);
}

function reduce(machine: Machine): void {
  const args = pop(machine);
  const callee = pop(machine);
  if (!isKind(args, 'tuple')) throw unfit(machine, 'a tuple of arguments', args);
  machine.stack.push(call(machine, callee, args.items));
}

/** A new object, from its class and arguments; those by name too. */
function reduceEx(machine: Machine): void {
  const byName = pop(machine);
  reduce(machine);
  if (isKind(byName, 'dictionary') && byName.entries.size === 0) return;
  const made = top(machine);
  if (!isKind(made, 'placeholder')) throw unfit(machine, 'a class without arguments by name', byName);
  made.parts.push(byName);
}

const global = pushing(({where, cursor}) => {
  const module = cursor.line();
  return named(where, fullName(module, cursor.line()));
});

/** A class that is made from its name and what is above the mark: protocol 0 and 1, where only its name is needed. */
const instance: Operation = machine => {
  const module = machine.cursor.line();
  const name = named(machine.where, fullName(module, machine.cursor.line()));
  machine.stack.push(call(machine, name, popToMark(machine)));
};

const stackGlobal = pushing(machine => {
  const name = pop(machine);
  const module = pop(machine);
  if (typeof name !== 'string' || typeof module !== 'string') throw unfit(machine, 'names as text', name);
  return named(machine.where, fullName(module, name));
});

const persistent = pushing(machine => {
  const found = storage(machine.where, pop(machine));
  const {storages, where} = machine;
  const known = storages.get(found.key);
  if (known !== undefined && (known.length !== found.length || known.type !== found.type))
    throw badFile(where, `one storage of the key '${found.key}'`, 'two that differ', FETCH_AGAIN);
  storages.set(found.key, found);
  return found;
});

const put =
  (index: (machine: Machine) => number): Operation =>
  machine => {
    machine.memo.set(index(machine), top(machine));
  };

const get = (index: (machine: Machine) => number): Operation =>
  pushing(machine => {
    const value = machine.memo.get(index(machine));
    if (value === undefined) throw badFile(machine.where, 'a value that was remembered', 'none', FETCH_AGAIN);
    return value;
  });

const byte = ({cursor}: Machine): number => cursor.unsigned(1);
const word = ({cursor}: Machine): number => cursor.unsigned(2);
const double = ({cursor}: Machine): number => cursor.unsigned(4);
const long = ({cursor}: Machine): number => cursor.long();

function protocol({where, cursor}: Machine): void {
  const version = cursor.unsigned(1);
  if (version >= 2 && version <= 5) return;
  throw badFile(where, 'a pickle of protocol 2 to 5', `protocol ${version}`, 'save it with pickle_protocol=2');
}

function refuse(what: string): Operation {
  return ({where}) => {
    throw badFile(where, 'nothing but tensors and plain values in the pickle', what, SAVE_STATE);
  };
}

/** Operations by their letter, or their number, with their names in Python's pickletools. */
const table: Readonly<Record<string, Operation>> = {
  '(': ({stack, marks}) => marks.push(stack.length), // MARK
  '0': machine => {
    if (machine.marks.at(-1) === machine.stack.length) machine.marks.pop();
    else pop(machine);
  }, // POP
  '1': popToMark, // POP_MARK
  '2': pushing(top), // DUP
  G: pushing(({cursor}) => cursor.float()), // BINFLOAT
  J: pushing(({cursor}) => cursor.signed()), // BININT
  K: pushing(byte), // BININT1
  M: pushing(word), // BININT2
  N: pushing(() => null), // NONE
  Q: persistent, // BINPERSID
  R: reduce, // REDUCE
  T: text(double), // BINSTRING, of Python 2
  U: text(byte), // SHORT_BINSTRING
  X: text(double), // BINUNICODE
  a: machine => {
    append(machine, [pop(machine)]);
  }, // APPEND
  b: build, // BUILD
  c: global, // GLOBAL
  d: pushing(machine => dictionary(pairsOf(machine, popToMark(machine)))), // DICT
  e: machine => {
    append(machine, popToMark(machine));
  }, // APPENDS
  h: get(byte), // BINGET
  i: instance, // INST
  j: get(double), // LONG_BINGET
  l: pushing(machine => sequence('list', popToMark(machine))), // LIST
  o: refuse('an object of protocol 1'), // OBJ
  q: put(byte), // BINPUT
  r: put(double), // LONG_BINPUT
  s: machine => {
    const value = pop(machine);
    setItems(machine, [pop(machine), value]);
  }, // SETITEM
  t: pushing(machine => sequence('tuple', popToMark(machine))), // TUPLE
  u: machine => {
    setItems(machine, popToMark(machine));
  }, // SETITEMS
  '}': pushing(() => dictionary()), // EMPTY_DICT
  ']': pushing(() => sequence('list')), // EMPTY_LIST
  ')': pushing(() => sequence('tuple')), // EMPTY_TUPLE
  B: bytes(double), // BINBYTES
  C: bytes(byte), // SHORT_BINBYTES
  '\x80': protocol, // PROTO
  '\x81': reduce, // NEWOBJ
  '\x82': refuse('an object of the extension registry'), // EXT1
  '\x83': refuse('an object of the extension registry'), // EXT2
  '\x84': refuse('an object of the extension registry'), // EXT4
  '\x85': tuple(1), // TUPLE1
  '\x86': tuple(2), // TUPLE2
  '\x87': tuple(3), // TUPLE3
  '\x88': pushing(() => true), // NEWTRUE
  '\x89': pushing(() => false), // NEWFALSE
  '\x8a': pushing(machine => integer(machine, byte(machine))), // LONG1
  '\x8b': pushing(machine => integer(machine, double(machine))), // LONG4
  '\x8c': text(byte), // SHORT_BINUNICODE
  '\x8d': text(long), // BINUNICODE8
  '\x8e': bytes(long), // BINBYTES8
  '\x8f': pushing(() => sequence('set')), // EMPTY_SET
  '\x90': machine => {
    append(machine, popToMark(machine));
  }, // ADDITEMS
  '\x91': pushing(machine => sequence('set', popToMark(machine))), // FROZENSET
  '\x92': reduceEx, // NEWOBJ_EX
  '\x93': stackGlobal, // STACK_GLOBAL
  '\x94': machine => {
    put(({memo}) => memo.size)(machine);
  }, // MEMOIZE
  '\x95': long, // FRAME
  '\x96': bytes(long), // BYTEARRAY8
  '\x97': refuse('a buffer that lies elsewhere'), // NEXT_BUFFER
  '\x98': refuse('a buffer that lies elsewhere'), // READONLY_BUFFER
};

/** Operations by their byte. */
export const operations: readonly (Operation | undefined)[] = Array.from(
  {length: 256},
  (_, code) => table[String.fromCharCode(code)] as Operation | undefined,
);
