import {checkValue, integer, kind, show, type Rule} from '@contrastive/internal';
import {badFile, FETCH_AGAIN, SAVE_AGAIN} from './bad-file.js';
import {classOf, DTYPES, isDtype, sizeOf, type Dtype} from './dtypes.js';
import {parseJson} from './parse-json.js';

/** What a file says of one tensor. */
export interface TensorInfo {
  /** The type of its numbers. */
  readonly dtype: Dtype;
  /** Its sides; `[]` for a scalar. */
  readonly shape: readonly number[];
  /** Where its bytes begin in the file. */
  readonly byteOffset: number;
  /** How many they are. */
  readonly byteLength: number;
}

/** What a file says of itself. */
export interface Header {
  /** The free texts of `__metadata__`, by name, without a prototype. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The tensors by name, in the order of their bytes. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

/** The bytes before the header's text: its length, as an unsigned integer, the lowest byte first. */
export const PREFIX = 8;

/** The longest header in bytes, as in the reference implementation. */
export const LONGEST = 100_000_000;

/** Bytes that may be looked at. */
const bytesRule: Rule = kind('a Uint8Array', value => value instanceof Uint8Array, 'give new Uint8Array(buffer)');

/** The length of the header's text, from the first bytes of a file of a size. */
export function headerLength(where: string, first: Uint8Array, size: number): number {
  if (size < PREFIX || first.length < PREFIX)
    throw badFile(where, 'at least 8 bytes, the length of the header', `${Math.min(size, first.length)}`, FETCH_AGAIN);
  const length = new DataView(first.buffer, first.byteOffset, PREFIX).getBigUint64(0, true);
  if (length > BigInt(LONGEST))
    throw badFile(
      where,
      `a header of at most ${LONGEST} bytes`,
      `${length} as its length`,
      'it is no safetensors file',
    );
  if (PREFIX + Number(length) > size)
    throw badFile(where, `a file that holds its header of ${length} bytes`, `${size} bytes`, FETCH_AGAIN);
  return Number(length);
}

/** The header from its text, in a file of a size. */
export function headerFrom(where: string, text: Uint8Array, size: number): Header {
  const begin = PREFIX + text.length;
  const {__metadata__: metadata, ...tensors} = recordIn(where, text);
  return {
    metadata: metadataFrom(where, metadata),
    tensors: inOrder(
      where,
      Object.entries(tensors).map(entry => tensorFrom(where, entry, begin)),
      begin,
      size,
    ),
  };
}

/** The object that the header's text is. */
function recordIn(where: string, text: Uint8Array): Record<string, unknown> {
  try {
    const json = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(text);
    if (!json.startsWith('{')) throw new Error(`${show(json.slice(0, 20))} at its beginning`);
    return parseJson(json) as Record<string, unknown>; // it begins as an object
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw badFile(where, 'a JSON object in UTF-8 as the header', reason, FETCH_AGAIN, cause);
  }
}

function metadataFrom(where: string, given: unknown): Readonly<Record<string, string>> {
  const metadata = Object.create(null) as Record<string, string>; // __proto__ is a name like another
  if (given === undefined) return metadata;
  if (!isRecord(given)) throw badFile(where, 'an object of texts as __metadata__', show(given), SAVE_AGAIN);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string')
      throw badFile(where, `text as __metadata__ ${show(name)}`, show(value), 'write it as text');
    metadata[name] = value;
  }
  return metadata;
}

function tensorFrom(where: string, [name, given]: [string, unknown], begin: number): [string, TensorInfo] {
  const tensor = `tensor ${show(name)}`;
  if (!isRecord(given)) throw badFile(where, `{dtype, shape, data_offsets} as ${tensor}`, show(given), SAVE_AGAIN);
  const {dtype, shape, data_offsets: offsets} = given;
  if (!isDtype(dtype)) {
    const todo = 'convert the tensor before it is saved';
    throw badFile(where, `a type among ${DTYPES.join(', ')} as dtype of ${tensor}`, show(dtype), todo);
  }
  if (!isCounts(shape)) throw badFile(where, `whole numbers from 0 on as shape of ${tensor}`, show(shape), SAVE_AGAIN);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1])
    throw badFile(where, `[begin, end] as data_offsets of ${tensor}`, show(offsets), SAVE_AGAIN);
  const byteLength = offsets[1] - offsets[0];
  const expected = (sizeOf(shape) ?? Infinity) * classOf(dtype).BYTES_PER_ELEMENT;
  if (byteLength !== expected)
    throw badFile(where, `${expected} bytes of ${dtype} ${show(shape)} as ${tensor}`, `${byteLength}`, SAVE_AGAIN);
  return [name, {dtype, shape, byteOffset: begin + offsets[0], byteLength}];
}

/** The tensors in the order of their bytes, which must fill the file from a byte to its end. */
function inOrder(where: string, tensors: [string, TensorInfo][], begin: number, size: number): Header['tensors'] {
  const sorted = tensors.sort(([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength);
  let end = begin;
  for (const [name, {byteOffset, byteLength}] of sorted) {
    if (byteOffset !== end) {
      const fault = byteOffset < end ? 'that overlaps the one before' : 'with a gap before it';
      const expected = `tensor ${show(name)} from byte ${end - begin} of the data on`;
      throw badFile(where, expected, `byte ${byteOffset - begin}, ${fault}`, SAVE_AGAIN);
    }
    end += byteLength;
    if (end > size) throw badFile(where, `${end} bytes up to the end of tensor ${show(name)}`, `${size}`, FETCH_AGAIN);
  }
  if (end !== size) throw badFile(where, `${end} bytes, where the last tensor ends`, `${size}`, FETCH_AGAIN);
  return new Map(sorted);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every(one => Number.isSafeInteger(one) && (one as number) >= 0);

/**
 * What a file says of itself: its tensors and metadata, all checked, and nothing of their numbers read. Tensors must
 * fill the file without gap or overlap, and no name may be there twice.
 *
 * @param bytes The file from its first byte, at least to the end of the header: all of it, or as much as was fetched.
 * @param size The bytes of the whole file, where `bytes` is but its beginning.
 * @returns The metadata, and type, shape and place of each tensor.
 * @throws Error that says what is wrong with the file; TypeError, RangeError for other arguments.
 * @example
 * for (const [name, {dtype, shape}] of parseHeader(bytes).tensors) console.log(name, dtype, shape);
 */
export function parseHeader(bytes: Uint8Array, size?: number): Header {
  checkValue('parseHeader', 'bytes', bytes, bytesRule);
  if (size !== undefined) checkValue('parseHeader', 'size', size, integer({least: 0}));
  const whole = size ?? bytes.length;
  const length = headerLength('parseHeader', bytes, whole);
  if (bytes.length < PREFIX + length) {
    const todo = 'fetch more of the file';
    throw badFile(
      'parseHeader',
      `the ${PREFIX + length} bytes up to the header's end as bytes`,
      `${bytes.length}`,
      todo,
    );
  }
  return headerFrom('parseHeader', bytes.subarray(PREFIX, PREFIX + length), whole);
}
