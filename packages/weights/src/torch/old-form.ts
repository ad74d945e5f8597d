import {show} from '@contrastive/internal';
import type {ByteSource} from '@contrastive/safetensors';
import {badFile, FETCH_AGAIN} from './bad-file.js';
import {EndOfBytes} from './cursor.js';
import {bytesOf} from './sizes.js';
import {readPart} from './read-part.js';
import {unpickle, type Unpickled} from './unpickle.js';
import {describe, isKind, type Storage, type Value} from './values.js';
import {LONGEST_PICKLE, type Content} from './zip-form.js';

/** What the first pickle of such a file says. */
const MAGIC = 0x1950a86a20f9469cfc6cn;

/** What the second says. */
const VERSION = 1001;

/** How much of the file is read at first; four times as much each time that pickles go on. */
const FIRST = 2 ** 16;

/** Bytes of the count before a storage's numbers. */
const COUNT = 8;

/** The five pickles at the beginning. */
function pickles(where: string, bytes: Uint8Array): readonly Unpickled[] {
  const found: Unpickled[] = [];
  let end = 0;
  for (let i = 0; i < 5; i++) {
    const one = unpickle(where, bytes, end);
    if (i === 0 && one.value !== MAGIC) {
      const todo = 'it was not saved by torch.save: load it where it comes from, and save model.state_dict()';
      throw badFile(where, "torch's number as the first value of the pickle", describe(one.value), todo);
    }
    if (i === 1 && one.value !== VERSION)
      throw badFile(where, `version ${VERSION} of the form`, describe(one.value), FETCH_AGAIN);
    found.push(one);
    ({end} = one);
  }
  return found;
}

/** Reads as much of the file as its pickles take. */
async function readPickles(where: string, source: ByteSource): Promise<readonly Unpickled[]> {
  for (let size = FIRST; ; size *= 4) {
    const length = Math.min(size, source.size, LONGEST_PICKLE);
    const bytes = await readPart(where, source, 0, length);
    try {
      return pickles(where, bytes);
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      if (length === size) continue;
      throw badFile(where, 'five pickles at the beginning', `${length} bytes without their end`, FETCH_AGAIN, error);
    }
  }
}

function checkOrder(where: string, system: Value): void {
  if (!isKind(system, 'dictionary') || system.entries.get('little_endian') !== false) return;
  throw badFile(where, 'numbers with the lowest byte first', 'the highest', 'save it on a machine of the usual order');
}

/** Where the numbers of each storage begin: behind the pickles, in the order of the last one, each after its count. */
async function findStorages(
  where: string,
  source: ByteSource,
  keys: Value,
  begin: number,
  storages: ReadonlyMap<string, Storage>,
): Promise<ReadonlyMap<string, number>> {
  if (!isKind(keys, 'list')) throw badFile(where, 'a list of keys of storages', describe(keys), FETCH_AGAIN);
  const places = new Map<string, number>();
  let at = begin;
  for (const key of keys.items) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined || places.has(storage.key))
      throw badFile(where, 'the key of another storage', describe(key), FETCH_AGAIN);
    const count = new DataView((await readPart(where, source, at, at + COUNT)).slice().buffer).getBigUint64(0, true);
    if (count !== BigInt(storage.length))
      throw badFile(where, `${storage.length} numbers of storage ${show(key)}`, `${count}`, FETCH_AGAIN);
    places.set(storage.key, at + COUNT);
    at += COUNT + bytesOf(storage);
    if (at > source.size) throw badFile(where, `a file of at least ${at} bytes`, `${source.size}`, FETCH_AGAIN);
  }
  return places;
}

/**
 * Reads the form that torch wrote before 1.6, and still does when asked: pickles, then the numbers of all storages. It
 * has no checksums: a number that changed on the way is not noticed.
 *
 * @throws Error that says what is wrong with it.
 */
export async function readOldForm(where: string, source: ByteSource): Promise<Content> {
  const [, , system, {value, storages}, {value: keys, end}] = await readPickles(where, source);
  checkOrder(where, system.value);
  const places = await findStorages(where, source, keys, end, storages);
  return {
    value,
    storages,
    sizeOf: storage => (places.has(storage.key) ? bytesOf(storage) : undefined),
    read: (storage, memory) => {
      const begin = places.get(storage.key) ?? 0;
      return readPart(where, source, begin, begin + bytesOf(storage), memory);
    },
  };
}
