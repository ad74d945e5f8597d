import {dirname, join} from 'node:path';
import {checkValue, show} from '@contrastive/internal';
import {badFile, FETCH_AGAIN} from '../bad-file.js';
import type {TensorInfo} from '../header.js';
import {infoOf, openSource, type Safetensors} from '../read-safetensors.js';
import {openFile, type FileSource} from './file-source.js';
import {pathRule} from './path-rule.js';
import {isIndex, readIndex} from './shard-index.js';

/** A file of tensors, or a model in several files, that is open. */
export interface OpenSafetensors extends Safetensors {
  /** Closes what is open; again does nothing. */
  close(): Promise<void>;
}

/** A file with what it holds. */
interface Shard {
  readonly source: FileSource;
  readonly file: Safetensors;
}

async function openShard(path: string): Promise<Shard> {
  const where = `openSafetensors: ${path}`;
  const source = await openFile(where, path);
  try {
    return {source, file: await openSource(where, source)};
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The index's files, by name, all open; none stays open where one cannot be opened. */
async function openShards(directory: string, names: Iterable<string>): Promise<ReadonlyMap<string, Shard>> {
  const shards = new Map<string, Shard>();
  try {
    for (const name of names) if (!shards.has(name)) shards.set(name, await openShard(join(directory, name)));
    return shards;
  } catch (error) {
    await closeAll(shards.values());
    throw error;
  }
}

async function closeAll(shards: Iterable<Shard>): Promise<void> {
  await Promise.all([...shards].map(({source}) => source.close()));
}

/** The texts that all files have alike. */
function commonMetadata(files: readonly Safetensors[]): Safetensors['metadata'] {
  const common = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(files.at(0)?.metadata ?? {}))
    if (files.every(({metadata}) => metadata[name] === value)) common[name] = value;
  return common;
}

async function indexOf(path: string): Promise<ReadonlyMap<string, string>> {
  const where = `openSafetensors: ${path}`;
  const source = await openFile(where, path);
  try {
    return await readIndex(where, source);
  } finally {
    await source.close();
  }
}

/** The tensors that an index names, each as its file has it. */
function tensorsOf(
  where: string,
  map: ReadonlyMap<string, string>,
  shards: ReadonlyMap<string, Shard>,
): ReadonlyMap<string, TensorInfo> {
  const entries = [...map].map(([name, file]): [string, TensorInfo] => {
    const info = shards.get(file)?.file.tensors.get(name);
    if (info === undefined) throw badFile(where, `tensor ${show(name)} in ${file}`, 'none of that name', FETCH_AGAIN);
    return [name, info];
  });
  return new Map(entries);
}

async function openModel(path: string): Promise<OpenSafetensors> {
  const where = `openSafetensors: ${path}`;
  const map = await indexOf(path);
  const shards = await openShards(dirname(path), map.values());
  try {
    const tensors = tensorsOf(where, map, shards);
    const fileOf = async (verb: 'read' | 'readFloat32', name: string): Promise<Safetensors> => {
      infoOf(`${where}: ${verb}`, tensors, name);
      const shard = shards.get(map.get(name) ?? '');
      if (shard === undefined) throw new Error(`${where}: tensor ${show(name)} was in a file and is in none.`);
      return shard.file;
    };
    return {
      metadata: commonMetadata([...shards.values()].map(({file}) => file)),
      tensors,
      read: async name => (await fileOf('read', name)).read(name),
      readFloat32: async (name, memory) => (await fileOf('readFloat32', name)).readFloat32(name, memory),
      close: () => closeAll(shards.values()),
    };
  } catch (error) {
    await closeAll(shards.values());
    throw error;
  }
}

/**
 * Opens a safetensors file, or a model in several files by its index (`model.safetensors.index.json`). Headers are read
 * and checked at once, numbers when they are asked for, a tensor at a time. Of a model in several files, the tensors
 * are those that the index names, `byteOffset` is that in the tensor's file, and `metadata` what all files have alike;
 * its `total_size` is not looked at, since many an index has a wrong one.
 *
 * @param path The file, or the index with its files beside it.
 * @returns What `readSafetensors` returns; the caller closes it.
 * @throws Error that names the file and says what is wrong with it, as when it cannot be read or an index leads out of
 * its directory; nothing stays open then. TypeError for another path.
 * @example
 * const file = await openSafetensors('model.safetensors');
 * try {
 *   console.log(await file.readFloat32('fc.weight'));
 * } finally {
 *   await file.close();
 * }
 */
export async function openSafetensors(path: string): Promise<OpenSafetensors> {
  checkValue('openSafetensors', 'path', path, pathRule);
  if (isIndex(path)) return openModel(path);
  const {source, file} = await openShard(path);
  return {...file, close: () => source.close()};
}
