import {existsSync, readdirSync, statSync} from 'node:fs';
import {resolve} from 'node:path';
import type {Source, StreamSource} from '@contrastive/data';
import {
  cifar10,
  cifar100,
  fashionMnist,
  imageFolder,
  mnist,
  parquet,
  shardImages,
  webDataset,
} from '@contrastive/image-files';
import {likely, reasonOf} from '@contrastive/internal';
import {UsageError} from '../program/usage-error.js';

/** How images are opened. */
export interface OpenOptions {
  /** Which images of a data set that has both; `train` by default. */
  readonly split?: 'train' | 'test';
  /** 1 (grey) or 3 (RGB) of images in files, 3 by default; data sets have their own. */
  readonly channels?: 1 | 3;
  /** Threads that decode; one for each core by default. */
  readonly workers?: number;
  /** Whether shards that are read as a stream are mixed, by default; else they come in their order. */
  readonly shuffle?: boolean;
  /** Where the images of shards lie, as it was kept; they are looked for where that is out of date. */
  readonly places?: string;
}

/** Images that were opened. */
export interface Data<S extends Source | StreamSource = Source | StreamSource> {
  readonly source: S;
  /** What the user called them, with paths as they are from anywhere: the same again opens the same images. */
  readonly spec: string;
  /** Whether each image is a file of its own, which `nameOf` names. */
  readonly files: boolean;
  /** The shards that the images lie in, where they do. */
  readonly shards?: readonly string[];
  /** Where in the shards they lie, as text to be kept. */
  readonly places?: () => string;
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
  const alike = likely(spec, Object.keys(sets));
  const meant = alike === undefined ? '.' : `, or did you mean ${alike}?`;
  const found = what === 'file' ? `the file ${spec}` : `${spec}, which is not there`;
  throw new UsageError(
    `${where}: expected a folder of images, shards (.tar), .parquet or a data set's name as DATA, got ${found}; ` +
      (what === 'file' ? 'give the folder that it lies in.' : `check the path${meant}`),
  );
}

const decodingOf = ({channels, workers}: OpenOptions): Pick<OpenOptions, 'channels' | 'workers'> => ({
  ...(channels !== undefined && {channels}),
  ...(workers !== undefined && {workers}),
});

/** Images that lie in files, in any order. */
async function openFiles(spec: string, options: OpenOptions): Promise<Data<Source>> {
  const {split = 'train'} = options;
  const [path, decoding] = [resolve(spec), decodingOf(options)];
  if (isShards(spec)) {
    const {places: known} = options;
    const source = await shardImages(path, {...decoding, ...(known !== undefined && {places: known})});
    return {source, spec: path, files: false, shards: source.files, places: () => source.places()};
  }
  const names = statOf(path) === 'folder' ? readdirSync(path) : undefined;
  if (names && !names.some(name => name.endsWith('.parquet')))
    return {source: await imageFolder(path, decoding), spec: path, files: true};
  const ofSplit = names?.some(name => name.startsWith(`${split}-`));
  return {source: await parquet(path, {...decoding, ...(ofSplit && {split})}), spec: path, files: false};
}

/** The name of a data set and the directory of its files, which may be empty; undefined for images of files. */
function setOf(
  where: string,
  spec: string,
): {readonly name: keyof typeof sets; readonly directory: string} | undefined {
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
const MEANT_OTHERWISE = new RegExp(
  'expected (images \\(|images in the shards|shards|plain tar|each shard|at most \\d+ shards|local files|a range|' +
    'braces|\\{first|the files of one split)',
);

/** Does what opens images; what libraries say of what the user named is a matter of usage. */
async function opening<T>(where: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!MEANT_OTHERWISE.test(reasonOf(error))) throw error;
    throw new UsageError(reasonOf(error).replace(/^\w+: /, `${where}: `), {cause: error});
  }
}

/**
 * Opens the images that the user names, of which any can be had at any time; each shard is read once for that.
 *
 * @param where What messages begin with.
 * @throws UsageError when nothing is there, it holds no images, or shards are packed; whatever the source throws.
 */
export async function openIndexed(where: string, spec: string, options: OpenOptions = {}): Promise<Data<Source>> {
  const set = setOf(where, spec);
  if (set === undefined) {
    checkFiles(where, spec);
    return opening(where, async () => openFiles(spec, options));
  }
  const {name, directory} = set;
  const place = directory === '' ? '' : resolve(directory);
  const source = await sets[name](place, options.split ?? 'train');
  return {source, spec: place === '' ? name : `${name}:${place}`, files: false};
}

/** Throws unless images have the channels that an encoder takes: those of data sets cannot be chosen. */
export function checkChannels(where: string, {source, spec}: Data, channels: 1 | 3): void {
  if (source.channels === channels) return;
  const words = {1: 'grey images', 3: 'images in colour'};
  throw new UsageError(
    `${where}: expected ${words[channels]}, which the encoder takes, as DATA, got ${spec}, which has ` +
      `${words[source.channels]}; give other images, or an encoder of these.`,
  );
}

/**
 * Opens the images that the user names, to be seen one after the other: shards, which may be packed, as a stream.
 *
 * @param where What messages begin with.
 * @throws UsageError when nothing is there or it holds no images; whatever the source throws.
 */
export async function openData(where: string, spec: string, options: OpenOptions = {}): Promise<Data> {
  if (!isShards(spec)) return openIndexed(where, spec, options);
  const path = resolve(spec);
  const {shuffle = true} = options;
  const source = await opening(where, async () => webDataset(path, {...decodingOf(options), shuffle}));
  return {source, spec: path, files: false};
}

/** Whether images come one after the other, without indices. */
export const isStream = (source: Source | StreamSource): source is StreamSource => 'samples' in source;
