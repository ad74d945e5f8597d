import {mkdir, open, readdir, rename, rm} from 'node:fs/promises';
import {basename, dirname, join, resolve} from 'node:path';
import {checkOptions, checkValue, integer, reasonOf, type Rules} from '@contrastive/internal';
import {syncDirectory, writeDurably} from '@contrastive/internal/node';
import {
  chunksOf,
  metadataRule,
  namedTensors,
  type NamedTensor,
  type TensorsToWrite,
  type WriteSafetensorsOptions,
} from '../write-safetensors.js';
import {pathRule} from './path-rule.js';
import {INDEX, indexText} from './shard-index.js';
import {splitIntoShards} from './split-into-shards.js';

/** Settings of `saveSafetensors`. */
export interface SaveSafetensorsOptions extends WriteSafetensorsOptions {
  /**
   * The most bytes of tensors in a file: with more, they go to `model-00001-of-00003.safetensors` and so on, beside an
   * index, as the transformers library has it. A larger tensor has a file of its own. By default all go to one file.
   */
  readonly shardBytes?: number;
}

const rules: Rules<SaveSafetensorsOptions> = {metadata: metadataRule, shardBytes: integer({least: 1})};

const EXTENSION = '.safetensors';

const shardPathRule = {
  ...pathRule,
  expected: `a path that ends in ${EXTENSION}, with shardBytes,`,
  judge: (value: unknown) => (typeof value === 'string' && value.endsWith(EXTENSION) ? undefined : ('value' as const)),
};

/** Writes a new file and waits until the disk has it. */
async function writeFile(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const chunk of chunks) await file.writeFile(chunk); // from where the last one ended
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A name beside a file, hidden and nobody else's. */
const beside = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}.${Date.now().toString(36)}`);

/** Gives files their names once all are written; where that fails, removes those that have none yet. */
async function replaceFiles(
  files: readonly {readonly path: string; readonly chunks: AsyncIterable<Uint8Array>}[],
  beforeNaming: () => Promise<void> = async () => undefined,
): Promise<void> {
  const written: {readonly path: string; readonly temporary: string}[] = [];
  try {
    for (const {path, chunks} of files) {
      const temporary = beside(path);
      written.push({path, temporary});
      await writeFile(temporary, chunks);
    }
    await beforeNaming();
    for (const {path, temporary} of written) await rename(temporary, path);
  } catch (error) {
    for (const {temporary} of written) await rm(temporary, {force: true});
    throw error;
  }
}

/** Writes the shards and the index, and removes what a save before this one left under the same name. */
async function saveShards(
  where: string,
  path: string,
  shards: readonly (readonly NamedTensor[])[],
  metadata: WriteSafetensorsOptions['metadata'],
): Promise<void> {
  const directory = dirname(path);
  const stem = basename(path, EXTENSION);
  const index = `${path}${INDEX}`;
  const counted = (i: number) => String(i).padStart(5, '0');
  const names = shards.map((_, i) => `${stem}-${counted(i + 1)}-of-${counted(shards.length)}${EXTENSION}`);
  const single = shards.length === 1;
  const files = shards.map((tensors, i) => ({
    path: single ? path : join(directory, names[i]),
    chunks: chunksOf(where, tensors, metadata),
  }));
  // Without its index a model is no model: one that is half replaced must not look whole.
  await replaceFiles(files, () => rm(index, {force: true}));
  if (!single) {
    const map = new Map(shards.flatMap((tensors, i) => tensors.map(({name}) => [name, names[i]] as const)));
    const size = shards.flat().reduce((sum, {byteLength}) => sum + byteLength, 0);
    const temporary = beside(index);
    await writeDurably(temporary, indexText(size, map));
    await rename(temporary, index);
  }
  const kept = single ? [basename(path)] : names;
  for (const name of await readdir(directory)) {
    const ours = name === basename(path) || (name.startsWith(`${stem}-`) && shardName.test(name.slice(stem.length)));
    if (ours && !kept.includes(name)) await rm(join(directory, name));
  }
}

const shardName = /^-\d{5}-of-\d{5}\.safetensors$/;

/**
 * Saves tensors as a safetensors file, or as several with an index. A file appears under its name when the disk has all
 * of it; until then, and when anything fails, one that is there stays as it was. Directories are made where they are
 * missing.
 *
 * With `shardBytes`, the files of a model that was saved under the same name before are replaced, whether it was one
 * file or several: its index goes first and the new one comes last, so that a process that is killed in between leaves
 * no model that is half the old one.
 *
 * @param path The file; with `shardBytes`, one that ends in `.safetensors`, of which the others' names are made.
 * @param tensors Tensors by name, see `writeSafetensors`; they fill files in the order given.
 * @throws Error when it cannot be written, with the system's as `cause`; TypeError for anything but a tensor,
 * RangeError for data that does not fit its shape.
 * @example
 * await saveSafetensors('model.safetensors', {w: {dtype: 'F32', shape: [2], data: Float32Array.of(1, 2)}});
 */
export async function saveSafetensors(
  path: string,
  tensors: TensorsToWrite,
  options: SaveSafetensorsOptions = {},
): Promise<void> {
  const where = 'saveSafetensors';
  checkValue(where, 'path', path, pathRule);
  const all = namedTensors(where, tensors);
  checkOptions(where, options, rules);
  const {metadata, shardBytes} = options;
  if (shardBytes !== undefined) checkValue(where, 'path', path, shardPathRule);
  const target = resolve(path);
  try {
    await mkdir(dirname(target), {recursive: true});
    if (shardBytes === undefined) await replaceFiles([{path: target, chunks: chunksOf(where, all, metadata)}]);
    else await saveShards(where, target, splitIntoShards(all, shardBytes), metadata);
    await syncDirectory(dirname(target));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw new Error(
      `${where}: expected to write ${path}, got ${reasonOf(cause)}; check the path, its permissions and the space on ` +
        'the disk.',
      {cause},
    );
  }
}
