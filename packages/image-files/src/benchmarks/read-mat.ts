import {inflateSync} from 'node:zlib';
import {reasonOf} from '@contrastive/internal';
import {damaged, elementAt, matTypes, numbersIn, type MatElement} from './mat-elements.js';

/** A value of a MAT file; what has several items has them column by column, as MATLAB. */
export type MatValue =
  | {readonly kind: 'numbers'; readonly dims: readonly number[]; readonly values: Float64Array}
  | {readonly kind: 'text'; readonly dims: readonly number[]; readonly text: string}
  | {readonly kind: 'cells'; readonly dims: readonly number[]; readonly cells: readonly MatValue[]}
  | {
      readonly kind: 'structs';
      readonly dims: readonly number[];
      readonly items: readonly ReadonlyMap<string, MatValue>[];
    };

const HEADER = 128;
const VERSION = 0x0100;
/** Compressed variables may unpack to this many bytes; the largest of those that are read takes some 6 million. */
const MOST_UNPACKED = 2 ** 25;
/** Cells and structs may lie this deep in each other. */
const MOST_DEPTH = 16;

/** Classes of arrays (table 1-3); numbers are those from double to uint32. */
const classes = {cell: 1, struct: 2, char: 4, double: 6, uint32: 13};
const otherClasses: Readonly<Record<number, string>> = {
  3: 'an object',
  5: 'a sparse matrix',
  14: 'integers of 64 bits',
  15: 'integers of 64 bits',
  16: 'a function',
  17: 'an object',
};
const COMPLEX = 0x08;

/**
 * Reads variables of a MAT file of version 5, as MATLAB saves them by default (`-v6` and `-v7`, the compressed one):
 * numbers, text of one row, cells and structs. Other variables are passed over, whatever they are.
 *
 * @param file What errors call it.
 * @param bytes The whole file.
 * @throws Error for another format (version 4, or 7.3, which is HDF5), a variable that is not there or is of a class
 * that is not read, and a damaged file.
 */
export function readMat<N extends string>(
  file: string,
  bytes: Uint8Array,
  names: readonly N[],
): Readonly<Record<N, MatValue>> {
  checkHeader(file, bytes);
  const found = new Map<string, MatValue>();
  const there: string[] = [];
  for (let at = HEADER; at < bytes.length;) {
    const element = elementAt(file, bytes, at);
    at = element.next;
    const {name, read} = openMatrix(file, element.type === matTypes.compressed ? unpacked(file, element) : element, 0);
    there.push(name);
    if ((names as readonly string[]).includes(name)) found.set(name, read());
  }
  return Object.fromEntries(
    names.map(name => {
      const value = found.get(name);
      if (value) return [name, value];
      throw new Error(
        `${file}: expected the variable ${name}, got ${there.join(', ') || 'none'}; give the right file.`,
      );
    }),
  ) as Record<N, MatValue>;
}

function checkHeader(file: string, bytes: Uint8Array): void {
  const wrong = (got: string) =>
    new Error(`${file}: expected a MAT file of version 5, little-endian, got ${got}; save it by MATLAB's save -v7.`);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEADER)).toString('latin1');
  if (text.startsWith('MATLAB 7.3')) throw wrong('version 7.3');
  if (bytes.length < HEADER) throw wrong(`${bytes.length} bytes`);
  const order = text.slice(HEADER - 2);
  if (order === 'MI') throw wrong('a big-endian one');
  const version = bytes[HEADER - 4] | (bytes[HEADER - 3] << 8);
  if (order !== 'IM' || version !== VERSION) throw wrong('another file');
}

function unpacked(file: string, {data}: MatElement): MatElement {
  let bytes: Uint8Array;
  try {
    bytes = inflateSync(data, {maxOutputLength: MOST_UNPACKED});
  } catch (cause) {
    throw new Error(
      `${file}: expected a compressed variable, got an error (${reasonOf(cause)}); it is damaged, fetch it again.`,
      {cause},
    );
  }
  return elementAt(file, bytes, 0);
}

/** The name of an array, and what reads it. */
function openMatrix(file: string, {type, data}: MatElement, depth: number): {name: string; read: () => MatValue} {
  if (type !== matTypes.matrix) throw damaged(file, 'an array', `an element of type ${type}`);
  // MATLAB writes an array of nothing as no bytes at all.
  if (data.length === 0) return {name: '', read: () => ({kind: 'numbers', dims: [0, 0], values: new Float64Array()})};
  let at = 0;
  const next = (): MatElement => {
    const element = elementAt(file, data, at);
    at = element.next;
    return element;
  };
  const [flags] = numbersIn(file, next());
  const dims = Array.from(numbersIn(file, next()));
  const count = dims.reduce((product, size) => product * size, 1);
  const name = Buffer.from(next().data).toString('latin1');
  /** Arrays in this one; each has a tag at least, so that no count asks for more memory than the file has. */
  const inner = (length: number): MatValue[] => {
    if (depth >= MOST_DEPTH) throw damaged(file, `at most ${MOST_DEPTH} arrays in each other`, 'more');
    if (length * 8 > data.length - at) throw damaged(file, `${length} arrays in ${name}`, `${data.length - at} bytes`);
    return Array.from({length}, () => openMatrix(file, next(), depth + 1).read());
  };
  const read = (): MatValue => {
    const kind = flags & 0xff;
    if ((flags >> 8) & COMPLEX) throw unread(file, name, 'complex numbers');
    if (kind === classes.cell) return {kind: 'cells', dims, cells: inner(count)};
    if (kind === classes.struct) {
      const fields = fieldNames(file, next(), next());
      const values = inner(count * fields.length);
      const items = Array.from(
        {length: count},
        (_, i) => new Map(fields.map((field, f) => [field, values[i * fields.length + f]])),
      );
      return {kind: 'structs', dims, items};
    }
    if (kind === classes.char) return {kind: 'text', dims, text: count === 0 ? '' : textIn(file, name, dims, next())};
    if (kind < classes.double || kind > classes.uint32)
      throw unread(file, name, otherClasses[kind] ?? `an array of class ${kind}`);
    const values = numbersIn(file, next());
    if (values.length !== count) throw damaged(file, `${count} numbers in ${name}`, String(values.length));
    return {kind: 'numbers', dims, values};
  };
  return {name, read};
}

const unread = (file: string, name: string, got: string): Error =>
  new Error(
    `${file}: expected numbers, text, cells or structs in ${name || 'a cell'}, got ${got}; save it as one of these.`,
  );

/** The names of a struct's fields, each of which takes the same number of bytes, filled up with zeros. */
function fieldNames(file: string, lengths: MatElement, {data}: MatElement): string[] {
  const [length] = numbersIn(file, lengths);
  if (!(length > 0) || data.length % length !== 0)
    throw damaged(file, `names of ${length} bytes each`, `${data.length} bytes`);
  return Array.from({length: data.length / length}, (_, i) =>
    Buffer.from(data.subarray(i * length, (i + 1) * length))
      .toString('latin1')
      .replace(/\0.*$/s, ''),
  );
}

function textIn(file: string, name: string, dims: readonly number[], element: MatElement): string {
  if (dims.length !== 2 || dims[0] !== 1) throw unread(file, name, `text of ${dims.join(' x ')}`);
  const {type, data} = element;
  if (type === matTypes.utf8) return new TextDecoder().decode(data);
  if (type === matTypes.utf16 || type === matTypes.uint16) return new TextDecoder('utf-16le').decode(data);
  if (type === matTypes.int8 || type === matTypes.uint8) return Buffer.from(data).toString('latin1');
  throw unread(file, name, `text stored as type ${type}`);
}
