import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, rm} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import type {Source} from '@contrastive/data';
import {cacheDirectory} from '@contrastive/internal/node';
import {extractFeatures, type Features} from '@contrastive/linear-probe';
import {openSafetensors, saveSafetensors} from '@contrastive/safetensors/node';
import type {OpenedEncoder} from '../encoder/open-encoder.js';
import {printable} from '../escape/terminal.js';
import {fromHere} from '../output/from-here.js';
import type {Output} from '../output/output.js';
import {count, counted} from '../output/words.js';
import {UsageError} from '../program/usage-error.js';
import {reserved, writeWhole} from '../run/run-folder.js';
import {fingerprintOf, stampOf} from './fingerprint.js';
import {writePlaces} from './kept-places.js';
import type {Data} from './open-data.js';

/** The features of all images of a source that can be used. */
export interface Indexed extends Features {
  /** Which image each row is of. */
  readonly indices: Int32Array;
}

/** What is kept beside the numbers. */
interface Kept {
  readonly format: number;
  /** Of the encoder. */
  readonly fingerprint: string;
  /** The file of the numbers. */
  readonly file: string;
  /** What each row is of, and what changes when that does. */
  readonly rows: readonly (readonly [name: string, stamp: string])[];
  /** The same of images that could not be used. */
  readonly bad: readonly (readonly [name: string, stamp: string])[];
}

/** Of what is kept. */
const FORMAT = 1;

const INDEX = 'index.json';

/** Where the features of some images by some encoder are kept: in the cache, or where the user says. */
export function indexFolder(encoder: string, spec: string, channels: number, given?: string): string {
  if (given !== undefined) return given;
  return join(cacheDirectory(), 'features', digest([resolve(encoder), spec, channels].join('\0')));
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);

/** What changes when an image does; of those in archives when the archive does. */
function stampsOf({source, spec, files, shards}: Data<Source>): string[] {
  const whole = files ? '' : stampOfSpec(spec, shards);
  return Array.from({length: source.length}, (_, index) => {
    if (!files) return whole;
    try {
      return stampOf(source.nameOf(index));
    } catch {
      return 'gone'; // reading it will tell
    }
  });
}

function stampOfSpec(spec: string, shards?: readonly string[]): string {
  if (shards) return digest(shards.map(stampOf).join('\0'));
  const path = spec.slice(spec.indexOf(':') + 1);
  return existsSync(path) ? fingerprintOf(path) : spec;
}

/** What was kept the last time, where it is of the same encoder, whole, and wanted. */
async function readKept(
  folder: string,
  fingerprint: string,
  wanted: (kept: Kept) => boolean = () => true,
): Promise<{kept: Kept; features: Features} | undefined> {
  try {
    const kept = JSON.parse(await readFile(join(folder, INDEX), 'utf8')) as Kept;
    if (kept.format !== FORMAT || kept.fingerprint !== fingerprint || !wanted(kept)) return undefined;
    const file = await openSafetensors(join(folder, kept.file));
    try {
      const [rows, columns] = file.tensors.get('features')?.shape ?? [];
      const data = (await file.read('features')) as Float32Array; // as it was written
      return rows === kept.rows.length ? {kept, features: {data, rows, columns}} : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined; // none, or a damaged one: it is made anew
  }
}

/** Keeps features: the numbers first, then the index that names them, then what it no longer names goes. */
async function write(folder: string, kept: Kept, {data, rows, columns}: Features): Promise<void> {
  await mkdir(folder, {recursive: true});
  const tensors = new Map([['features', {dtype: 'F32', shape: [rows, columns], data} as const]]);
  await saveSafetensors(join(folder, kept.file), tensors);
  await writeWhole(join(folder, INDEX), JSON.stringify(kept));
  for (const name of await readdir(folder))
    if (/^features-.*\.safetensors$/.test(name) && name !== kept.file) await rm(join(folder, name), {force: true});
}

/** The row of each image that is kept. */
const rowsOf = ({rows}: Kept): Map<string, number> =>
  new Map(rows.map(([name, stamp], row) => [`${stamp}\0${name}`, row]));

/**
 * The features of all images, of which those are computed that are new or have changed since the last time.
 *
 * @param folder Where they are kept; made where it is missing.
 * @throws Error when no image can be used, or the folder cannot be written; whatever the source throws.
 */
export async function openIndex(
  folder: string,
  {encoder, fingerprint}: Pick<OpenedEncoder, 'encoder' | 'fingerprint'>,
  data: Data<Source>,
  output: Output,
): Promise<Indexed> {
  const {source} = data;
  const stamps = stampsOf(data);
  const names = Array.from({length: source.length}, (_, index) => source.nameOf(index));
  const keys = names.map((name, index) => `${stamps[index]}\0${name}`);
  const all = [...names.keys()];
  const unchanged = await readKept(folder, fingerprint, ({rows, bad}) => {
    const kept = new Set([...rows, ...bad].map(([name, stamp]) => `${stamp}\0${name}`));
    return kept.size === keys.length && keys.every(key => kept.has(key));
  });
  if (unchanged) {
    // Nothing is written, so several programs may read it at once.
    const known = rowsOf(unchanged.kept);
    output.note(
      `Features of ${counted(known.size, 'image')} are kept in ${printable(fromHere(folder))} from last time.`,
    );
    const rows = all.filter(index => known.has(keys[index]));
    return inOrder(rows, index => known.get(keys[index]) ?? 0, unchanged.features);
  }
  const update = async (): Promise<Indexed> => {
    const last = await readKept(folder, fingerprint);
    const known = last ? rowsOf(last.kept) : new Map<string, number>();
    const hopeless = new Set(last?.kept.bad.map(([name, stamp]) => `${stamp}\0${name}`));
    const fresh = all.filter(index => !known.has(keys[index]) && !hopeless.has(keys[index]));
    if (last)
      output.note(`${count(fresh.length)} of ${count(all.length)} images are new or have changed since last time.`);
    const made = fresh.length > 0 ? await extract(encoder, source, fresh, output) : undefined;
    const rowOfFresh = new Map(Array.from(made?.indices ?? [], (index, row) => [index, row]));
    const usable = all.filter(index => known.has(keys[index]) || rowOfFresh.has(index));
    const columns = made?.columns ?? last?.features.columns ?? 0;
    const data_ = new Float32Array(usable.length * columns);
    for (const [row, index] of usable.entries()) {
      const fromFresh = rowOfFresh.get(index);
      const [from, at] =
        fromFresh === undefined || made === undefined
          ? [last?.features.data ?? data_, known.get(keys[index]) ?? 0]
          : [made.data, fromFresh];
      data_.set(from.subarray(at * columns, (at + 1) * columns), row * columns);
    }
    const features = {data: data_, rows: usable.length, columns};
    if (usable.length === 0)
      throw new UsageError('contrastive: expected images that can be used as DATA, got none; look at them.');
    const bad = all.filter(index => !known.has(keys[index]) && !rowOfFresh.has(index));
    const pair = (index: number): readonly [string, string] => [names[index], stamps[index]];
    const file = `features-${Date.now().toString(36)}-${process.pid}.safetensors`;
    const kept = {format: FORMAT, fingerprint, file, rows: usable.map(pair), bad: bad.map(pair)};
    if (data.places) await writePlaces(folder, data.places());
    await write(folder, kept, features);
    return {...features, indices: Int32Array.from(usable)};
  };
  return reserved('contrastive', folder, update, '--index');
}

/** Rows in the order of the images: those of the file, unless images were renamed around. */
function inOrder(images: readonly number[], rowOf: (index: number) => number, {data, columns}: Features): Indexed {
  const indices = Int32Array.from(images);
  if (images.every((index, row) => rowOf(index) === row)) return {data, rows: images.length, columns, indices};
  const sorted = new Float32Array(images.length * columns);
  for (const [row, index] of images.entries()) {
    const at = rowOf(index) * columns;
    sorted.set(data.subarray(at, at + columns), row * columns);
  }
  return {data: sorted, rows: images.length, columns, indices};
}

async function extract(
  encoder: OpenedEncoder['encoder'],
  source: Source,
  indices: readonly number[],
  output: Output,
): Promise<Indexed | undefined> {
  const progress = output.progress({about: 'Embedding', total: indices.length, unit: 'images'});
  try {
    return await extractFeatures(encoder, source, {
      ...{batchSize: 64, indices},
      onProgress: done => {
        progress.update(done);
      },
    });
  } catch (error) {
    if (String(error).includes('expected images that can be used, got none')) return undefined; // others may be known
    throw error;
  } finally {
    progress.stop();
  }
}
