import {existsSync, readdirSync, statSync} from 'node:fs';
import {resolve} from 'node:path';
import type {Source, StreamSource} from '@contrastive/data';
import {cifar10, cifar100, fashionMnist, imageFolder, mnist, parquet, webDataset} from '@contrastive/image-files';
import {nearest, reasonOf} from '@contrastive/internal';
import {UsageError} from '../program/usage-error.js';

/** How images are opened. */
export interface OpenOptions {
  /** Which images of a data set that has both; `train` by default. */
  readonly split?: 'train' | 'test';
  /** 1 (grey) or 3 (RGB) of images in files, 3 by default; data sets have their own. */
  readonly channels?: 1 | 3;
  /** Threads that decode; one for each core by default. */
  readonly workers?: number;
}

/** Images that were opened. */
export interface Data<S extends Source | StreamSource = Source | StreamSource> {
  readonly source: S;
  /** What the user called them, with paths as they are from anywhere: the same again opens the same images. */
  readonly spec: string;
  /** Whether each image is a file of its own, which `nameOf` names. */
  readonly files: boolean;
}

/** The data sets that are known by name, and whether they need a directory. */
const sets = {
  'fashion-mnist': async (directory, split) => fashionMnist({split, ...(directory && {directory})}),
  mnist: async (directory, split) => mnist({directory, split}),
  cifar10: async (directory, split) => cifar10({directory, split}),
  cifar100: async (directory, split) => cifar100({directory, split}),
} satisfies Record<string, (directory: string, split: 'train' | 'test') => Promise<Source>>;

const isSet = (name: string): name is keyof typeof sets => Object.hasOwn(sets, name);

function statOf(path: string): 'folder' | 'file' | undefined {
  if (!existsSync(path)) return undefined;
  return statSync(path).isDirectory() ? 'folder' : 'file';
}

const isShards = (spec: string): boolean => /\.(tar|tgz|tar\.gz)$/.test(spec);

/** Throws unless files or folders are there that may hold images. */
function checkFiles(where: string, spec: string): void {
  const what = statOf(resolve(spec));
  if (isShards(spec) || what === 'folder' || (what === 'file' && spec.endsWith('.parquet'))) return;
  const alike = nearest(spec, Object.keys(sets));
  const found = what === 'file' ? `the file ${spec}` : `${spec}, which is not there`;
  throw new UsageError(
    `${where}: expected a folder of images, shards (.tar), .parquet or a data set's name as DATA, got ${found}; ` +
      (what === 'file' ? 'give the folder that it lies in.' : `check the path, or did you mean ${alike ?? ''}?`),
  );
}

/** What images of files are opened by. */
async function openFiles(where: string, spec: string, options: OpenOptions): Promise<Data> {
  const {split = 'train', ...decoding} = options;
  const path = resolve(spec);
  checkFiles(where, spec);
  if (isShards(spec)) return {source: await webDataset(path, decoding), spec: path, files: false};
  const names = statOf(path) === 'folder' ? readdirSync(path) : undefined;
  if (names && !names.some(name => name.endsWith('.parquet')))
    return {source: await imageFolder(path, decoding), spec: path, files: true};
  const ofSplit = names?.some(name => name.startsWith(`${split}-`));
  return {source: await parquet(path, {...decoding, ...(ofSplit && {split})}), spec: path, files: false};
}

/** The name of a data set and the directory of its files, which may be empty; undefined for images of files. */
function setOf(where: string, spec: string): {readonly name: keyof typeof sets; readonly directory: string} | undefined {
  const [name, ...rest] = spec.split(':');
  const directory = rest.join(':');
  if (!isSet(name) || (directory === '' && existsSync(spec))) return undefined;
  if (directory === '' && name !== 'fashion-mnist')
    throw new UsageError(`${where}: expected ${name}:DIR as DATA, got ${spec}; name the directory of its files.`);
  return {name, directory};
}

/**
 * Throws unless something lies where the user says that images are: to be asked before TensorFlow is started.
 *
 * @param where What messages begin with.
 * @throws UsageError when nothing does.
 */
export function checkData(where: string, spec: string): void {
  if (setOf(where, spec) === undefined) checkFiles(where, spec);
}

/** Whether images have some of their own that judge: data sets do, and folders of parquet with files of that split. */
export function hasTest(where: string, spec: string): boolean {
  if (setOf(where, spec)) return true;
  return statOf(spec) === 'folder' && readdirSync(spec).some(name => /^test-.*\.parquet$/.test(name));
}

/** What libraries say of files that cannot be what the user meant. */
const MEANT_OTHERWISE = /expected (images \(|shards|local files|a range|braces|\{first|parquet files)/;

/**
 * Opens the images that the user names.
 *
 * @param where What messages begin with.
 * @throws UsageError when nothing is there or it holds no images; whatever the source throws.
 */
export async function openData(where: string, spec: string, options: OpenOptions = {}): Promise<Data> {
  const set = setOf(where, spec);
  if (set === undefined) {
    try {
      return await openFiles(where, spec, options);
    } catch (error) {
      if (!MEANT_OTHERWISE.test(reasonOf(error))) throw error;
      const reason = reasonOf(error).replace(/^\w+: /, `${where}: `);
      throw new UsageError(reason.replace(' and the option extensions', ''), {cause: error});
    }
  }
  const {name, directory} = set;
  const place = directory === '' ? '' : resolve(directory);
  const source = await sets[name](place, options.split ?? 'train');
  return {source, spec: place === '' ? name : `${name}:${place}`, files: false};
}

/** Whether images come one after the other, without indices. */
export const isStream = (source: Source | StreamSource): source is StreamSource => 'samples' in source;

/**
 * Opens images that must be had in any order.
 *
 * @throws UsageError for shards; else as {@link openData}.
 */
export async function openIndexed(where: string, spec: string, options: OpenOptions = {}): Promise<Data<Source>> {
  const {source, ...data} = await openData(where, spec, options);
  if (!isStream(source)) return {...data, source};
  await source.close();
  throw new UsageError(
    `${where}: expected images that can be had in any order as DATA, got shards, which come one after the other; ` +
      'give a folder or parquet.',
  );
}
