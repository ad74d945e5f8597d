import {once} from 'node:events';
import {mkdtemp, readdir, readlink, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {pack, type Header} from 'tar-stream';
import {afterAll} from 'vitest';
import type {PassOptions, StreamSample, StreamSource} from '@contrastive/data';

/** A file of a shard. */
export interface ShardFile extends Partial<Header> {
  readonly name: string;
  readonly content: Uint8Array | string;
}

/** A tar archive of the files. */
export async function tar(files: readonly ShardFile[]): Promise<Uint8Array> {
  const archive = pack();
  const chunks: Uint8Array[] = [];
  archive.on('data', chunk => chunks.push(chunk as Uint8Array));
  const ended = once(archive, 'end');
  for (const {content, ...header} of files) {
    if (header.type === 'symlink') archive.entry(header);
    else archive.entry(header, typeof content === 'string' ? content : Buffer.from(content));
  }
  archive.finalize();
  await ended;
  return Buffer.concat(chunks);
}

/** A directory that goes when the tests of the file are done. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'contrastive-shards-'));
  afterAll(() => rm(directory, {recursive: true}));
  return directory;
}

/** Bytes that tell which image they are, of a length that differs. */
export const imageBytes = (image: number): Uint8Array =>
  Uint8Array.from({length: 20 + 37 * (image % 40)}, (_, i) => (7 * image + 13 * i) % 256 || 1);

/** The files of image `image`, with its number as its key and its label. */
export const imageFiles = (image: number): ShardFile[] => [
  {name: `${image}.jpg`, content: imageBytes(image)},
  {name: `${image}.cls`, content: String(image)},
];

/** Writes shards of the given numbers of images, which count on; returns their paths. */
export async function writeShards(
  directory: string,
  lengths: readonly number[],
  {gzip = false, name = 'shard'} = {},
): Promise<string[]> {
  let image = 0;
  const paths: string[] = [];
  for (const [i, length] of lengths.entries()) {
    const bytes = await tar(Array.from({length}, () => imageFiles(image++)).flat());
    const path = join(directory, `${name}-${i}.tar`);
    await writeFile(path, gzip ? gzipSync(bytes) : bytes);
    paths.push(path);
  }
  return paths;
}

/** All samples of a pass. */
export async function collect(source: StreamSource, options: Partial<PassOptions> = {}): Promise<StreamSample[]> {
  const samples: StreamSample[] = [];
  for await (const sample of source.samples({seed: 1, epoch: 0, ...options})) samples.push(sample);
  return samples;
}

export const labelsOf = (samples: readonly StreamSample[]): (number | undefined)[] => samples.map(({label}) => label);

export const upTo = (length: number): number[] => Array.from({length}, (_, i) => i);

/** The files in a directory that this process has open. */
export async function openFiles(directory: string): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd');
  const files = await Promise.all(
    descriptors.map(descriptor => readlink(`/proc/self/fd/${descriptor}`).catch(() => '')),
  );
  return files.filter(file => file.startsWith(directory));
}
