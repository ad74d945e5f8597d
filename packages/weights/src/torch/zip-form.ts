import {show} from '@contrastive/internal';
import type {ByteSource} from '@contrastive/safetensors';
import {badFile, FETCH_AGAIN} from './bad-file.js';
import {decode} from './cursor.js';
import {unpickleAll} from './unpickle.js';
import type {Storage, Value} from './values.js';
import {readRecord, zipRecords} from './zip-records.js';

/** What is in a file of torch, whichever form it has. */
export interface Content {
  readonly value: Value;
  /** The storages by key. */
  readonly storages: ReadonlyMap<string, Storage>;
  /** All bytes of a storage, the reader's own; they may lie in `memory`, where that is given and long enough. */
  readonly read: (storage: Storage, memory?: ArrayBuffer) => Promise<Uint8Array>;
  /** How many bytes the file has for a storage, undefined where it has none. */
  readonly sizeOf: (storage: Storage) => number | undefined;
}

/** The longest pickle. */
export const LONGEST_PICKLE = 2 ** 26;

const PICKLE = '/data.pkl';

/**
 * Reads the form that torch writes since 1.6: a zip file with the pickle, and a file for each storage.
 *
 * @throws Error that says what is wrong with it.
 */
export async function readZipForm(where: string, source: ByteSource): Promise<Content> {
  const records = await zipRecords(where, source);
  const names = [...records.keys()].filter(
    name => name.endsWith(PICKLE) && name.indexOf('/') === name.lastIndexOf('/'),
  );
  if (names.length !== 1) {
    const todo = 'it was not saved by torch.save: give the checkpoint itself';
    throw badFile(where, `one file NAME${PICKLE} in the zip file`, `${names.length}`, todo);
  }
  const folder = names[0].slice(0, -PICKLE.length);
  if (records.has(`${folder}/constants.pkl`)) {
    const todo = 'save its weights: torch.save(torch.jit.load(file).state_dict(), other)';
    throw badFile(where, 'weights', 'a program of TorchScript', todo);
  }
  const checked = [...records.values()].some(({checksum}) => checksum !== 0);
  const read = async (name: string, most: number, memory?: ArrayBuffer): Promise<Uint8Array | undefined> => {
    const record = records.get(`${folder}/${name}`);
    if (record === undefined) return undefined;
    if (record.size > most)
      throw badFile(where, `at most ${most} bytes as ${show(name)}`, `${record.size}`, FETCH_AGAIN);
    return readRecord(where, source, record, checked, memory);
  };
  const order = await read('byteorder', 16);
  if (order !== undefined && decode(order) !== 'little') {
    const todo = 'save it on a machine of the usual order';
    throw badFile(where, 'numbers with the lowest byte first', show(decode(order)), todo);
  }
  const {value, storages} = unpickleAll(where, (await read('data.pkl', LONGEST_PICKLE)) ?? new Uint8Array(0));
  return {
    value,
    storages,
    sizeOf: ({key}) => records.get(`${folder}/data/${key}`)?.size,
    read: async ({key}, memory) => (await read(`data/${key}`, Infinity, memory)) ?? new Uint8Array(0),
  };
}
