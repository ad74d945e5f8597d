import {show} from '@contrastive/internal';
import type {ByteSource} from '@contrastive/safetensors';
import {badFile, FETCH_AGAIN} from './bad-file.js';
import {crc32} from './crc32.js';
import {cursorOf, decode, EndOfBytes, type Cursor} from './cursor.js';
import {readPart} from './read-part.js';

/** A file within a zip file, stored as it is. */
export interface ZipRecord {
  readonly name: string;
  readonly size: number;
  /** Where its header begins in the zip file. */
  readonly begin: number;
  /** Its checksum; 0 in all records of a file that was saved without. */
  readonly checksum: number;
}

/** What is behind the records: where the list of them is. */
interface Directory {
  readonly begin: number;
  readonly size: number;
  readonly count: number;
}

const [END, LOCATOR, END_64, ENTRY, HEADER] = [0x06054b50, 0x07064b50, 0x06064b50, 0x02014b50, 0x04034b50];

/** Bytes of each of these. */
const END_SIZE = 22;
const LOCATOR_SIZE = 20;
const END_64_SIZE = 56;
const HEADER_SIZE = 30;

/** The longest comment at the end. */
const LONGEST_COMMENT = 0xffff;

/** The longest list of records; that of a network of 1,000 tensors has 100 kB. */
const LONGEST_DIRECTORY = 2 ** 26;

/** What stands where the field of 64 bits has the number. */
const ELSEWHERE = 0xffffffff;

/** Bits of a record's flags that say that it is encrypted. */
const ENCRYPTED = 0x2041;

const wrong = (where: string, expected: string, got: string): Error => badFile(where, expected, got, FETCH_AGAIN);

/** Finds the end of the list of records, at the end of the file. */
async function findDirectory(where: string, source: ByteSource): Promise<Directory> {
  const start = Math.max(0, source.size - END_SIZE - LONGEST_COMMENT);
  const tail = await readPart(where, source, start, source.size);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - END_SIZE; at >= 0; at--) {
    if (view.getUint32(at, true) !== END || at + END_SIZE + view.getUint16(at + 20, true) !== tail.length) continue;
    const directory = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      begin: view.getUint32(at + 16, true),
    };
    const large = directory.count === 0xffff || directory.size === ELSEWHERE || directory.begin === ELSEWHERE;
    return large ? largeDirectory(where, source, start + at) : checkDirectory(where, directory, start + at);
  }
  throw wrong(where, "a list of the zip file's records at its end", 'none');
}

/** The same of a file with 64 bits for counts and places, whose end is before the other. */
async function largeDirectory(where: string, source: ByteSource, end: number): Promise<Directory> {
  const locator = cursorOf(await readPart(where, source, end - LOCATOR_SIZE, end), 0);
  if (locator.unsigned(4) !== LOCATOR) throw wrong(where, 'the place of the list of records in 64 bits', 'none');
  locator.take(4);
  const begin = locator.long();
  const cursor = cursorOf(await readPart(where, source, begin, begin + END_64_SIZE), 0);
  if (cursor.unsigned(4) !== END_64) throw wrong(where, 'the list of records in 64 bits', 'none');
  cursor.take(28);
  const count = cursor.long();
  const size = cursor.long();
  return checkDirectory(where, {count, size, begin: cursor.long()}, begin);
}

function checkDirectory(where: string, directory: Directory, end: number): Directory {
  const {begin, size, count} = directory;
  // Torch puts the end in 64 bits between.
  if (begin + size > end) throw wrong(where, `the list of records before byte ${end}`, `up to ${begin + size}`);
  if (size > LONGEST_DIRECTORY || count > size)
    throw wrong(where, `a list of records of at most ${LONGEST_DIRECTORY} bytes`, `${size}, ${count} records`);
  return directory;
}

/** Numbers of 64 bits in a record's extra field, in their order. */
function largeNumbers(extra: Uint8Array): Cursor {
  const cursor = cursorOf(extra, 0);
  while (cursor.at() + 4 <= extra.length) {
    const kind = cursor.unsigned(2);
    const content = cursor.take(cursor.unsigned(2));
    if (kind === 1) return cursorOf(content, 0);
  }
  return cursorOf(extra, extra.length);
}

/** One record of the list. */
function recordFrom(where: string, cursor: Cursor): ZipRecord {
  if (cursor.unsigned(4) !== ENTRY) throw wrong(where, 'another record in the list', 'none');
  cursor.take(4);
  const flags = cursor.unsigned(2);
  const method = cursor.unsigned(2);
  cursor.take(4);
  const checksum = cursor.unsigned(4);
  const sizes = [cursor.unsigned(4), cursor.unsigned(4)];
  const [nameLength, extraLength, commentLength] = [cursor.unsigned(2), cursor.unsigned(2), cursor.unsigned(2)];
  cursor.take(8);
  const begin = cursor.unsigned(4);
  const name = decode(cursor.take(nameLength));
  const large = largeNumbers(cursor.take(extraLength));
  cursor.take(commentLength);
  // Compressed size, size, place: the extra field has those that are elsewhere, the size before the compressed size.
  const whole = (value: number): number => (value === ELSEWHERE ? large.long() : value);
  const size = whole(sizes[1]);
  const stored = whole(sizes[0]);
  if ((flags & ENCRYPTED) !== 0)
    throw badFile(where, `a file that is not encrypted as ${show(name)}`, 'an encrypted one', 'decrypt it');
  if (method !== 0 || stored !== size) {
    const todo = 'torch stores without compression: unpack it, and pack it again by zip -0';
    throw badFile(where, `a file that is not compressed as ${show(name)}`, `method ${method}`, todo);
  }
  return {name, size, begin: whole(begin), checksum};
}

/**
 * The files in a zip file, by name: all stored as they are, none over another.
 *
 * @throws Error that says what is wrong with it.
 */
export async function zipRecords(where: string, source: ByteSource): Promise<ReadonlyMap<string, ZipRecord>> {
  const {begin, size, count} = await findDirectory(where, source);
  const cursor = cursorOf(await readPart(where, source, begin, begin + size), 0);
  const records = new Map<string, ZipRecord>();
  try {
    for (let i = 0; i < count; i++) {
      const record = recordFrom(where, cursor);
      if (records.has(record.name)) throw wrong(where, `one file of the name ${show(record.name)}`, 'two');
      records.set(record.name, record);
    }
  } catch (error) {
    if (!(error instanceof EndOfBytes)) throw error;
    throw badFile(where, `${count} records in the list`, 'fewer', FETCH_AGAIN, error);
  }
  const inOrder = [...records.values()].sort((a, b) => a.begin - b.begin);
  for (const [i, record] of inOrder.entries()) {
    const next = i + 1 < inOrder.length ? inOrder[i + 1].begin : begin;
    if (record.begin + HEADER_SIZE + record.size > next)
      throw wrong(where, `${show(record.name)} before byte ${next}`, `${record.size} bytes from ${record.begin} on`);
  }
  return records;
}

/**
 * Reads a file of a zip file and compares its checksum; it may lie in `memory`.
 *
 * @param checked Whether the records have checksums.
 */
export async function readRecord(
  where: string,
  source: ByteSource,
  {name, size, begin, checksum}: ZipRecord,
  checked: boolean,
  memory?: ArrayBuffer,
): Promise<Uint8Array> {
  const cursor = cursorOf(await readPart(where, source, begin, begin + HEADER_SIZE), 0);
  if (cursor.unsigned(4) !== HEADER) throw wrong(where, `the header of ${show(name)} at byte ${begin}`, 'another');
  cursor.take(22);
  const first = begin + HEADER_SIZE + cursor.unsigned(2) + cursor.unsigned(2);
  const bytes = await readPart(where, source, first, first + size, memory);
  const found = checked ? crc32(bytes) : checksum;
  if (found !== checksum) throw wrong(where, `${checksum} as the checksum of ${show(name)}`, `${found}`);
  return bytes;
}
