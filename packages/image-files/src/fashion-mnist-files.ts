import {createHash} from 'node:crypto';
import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';
import {gunzip} from 'node:zlib';
import {reasonOf} from '@contrastive/internal';
import {cacheDirectory} from '@contrastive/internal/node';
import {findPlainOrGzip} from './read-file.js';

const unpack = promisify(gunzip);

const TIMEOUT_MS = 300_000;

/** SHA-256 of the unpacked files, by name, in hexadecimal; they are the same however a mirror packed them. */
const fullChecksums: Readonly<Record<string, string>> = {
  'train-images-idx3-ubyte': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  'train-labels-idx1-ubyte': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  't10k-images-idx3-ubyte': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  't10k-labels-idx1-ubyte': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
};

/** Where the Debian package dataset-fashion-mnist puts the files. */
const DEBIAN_DIRECTORY = '/usr/share/datasets/fashion-mnist';

/** The authors' own mirror. */
const MIRROR = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com';

const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Throws unless a bundled file is the one that was published. */
async function checkBundled(file: string, expected: string | undefined): Promise<void> {
  const remedy = 'install @contrastive/fashion-mnist again';
  let content: Uint8Array;
  try {
    content = await readFile(file);
  } catch (cause) {
    throw new Error(
      `${file}: expected this bundled file, got one that cannot be read (${reasonOf(cause)}); ${remedy}.`,
      {cause},
    );
  }
  const got = sha256Of(content);
  if (got !== expected)
    throw new Error(
      `${file}: expected the bundled file with the SHA-256 ${expected}, got ${got}; it is damaged, ${remedy}.`,
    );
}

/** The directory that holds the first 10,000 training images and the test images, its named files checked. */
export async function bundledDirectory(names: readonly string[]): Promise<string> {
  const {directory, checksums} = await bundled();
  for (const name of names) await checkBundled(join(directory, `${name}.gz`), checksums[`${name}.gz`]);
  return directory;
}

async function bundled(): Promise<{readonly directory: string; readonly checksums: Readonly<Record<string, string>>}> {
  try {
    return await import('@contrastive/fashion-mnist');
  } catch (cause) {
    throw new Error(
      'fashionMnist: expected the package @contrastive/fashion-mnist, which holds the bundled images, got an error ' +
        `(${reasonOf(cause)}); install it (npm install @contrastive/fashion-mnist), or give a directory, or ` +
        'full: true.',
      {cause},
    );
  }
}

/**
 * Downloads a gzip file whose unpacked contents have the given SHA-256. The file appears whole or not at all.
 *
 * @throws Error when the server answers otherwise, or the contents are others.
 */
export async function downloadVerified(url: string, file: string, sha256: string): Promise<void> {
  const response = await fetch(url, {signal: AbortSignal.timeout(TIMEOUT_MS)});
  if (!response.ok) throw new Error(`${url}: the server answered ${response.status} ${response.statusText}`);
  const packed = new Uint8Array(await response.arrayBuffer());
  const got = sha256Of(await unpack(packed));
  if (got !== sha256) throw new Error(`${url}: expected contents with the SHA-256 ${sha256}, got ${got}`);
  await mkdir(dirname(file), {recursive: true});
  const partial = `${file}.${process.pid}.partial`;
  try {
    await writeFile(partial, packed);
    await rename(partial, file);
  } finally {
    await rm(partial, {force: true});
  }
}

/**
 * A directory that holds all of the named files of the whole data set: of the Debian package, else the cache, filled by
 * a download if need be.
 */
export async function fullDirectory(
  names: readonly string[],
  {debian = DEBIAN_DIRECTORY, mirror = MIRROR} = {},
): Promise<string> {
  const holds = async (directory: string) => {
    const found = await Promise.all(names.map(name => findPlainOrGzip(directory, name)));
    return !found.includes(undefined);
  };
  if (await holds(debian)) return debian;
  const cache = join(cacheDirectory(), 'fashion-mnist');
  if (await holds(cache)) return cache;
  try {
    for (const name of names)
      await downloadVerified(`${mirror}/${name}.gz`, join(cache, `${name}.gz`), fullChecksums[name]);
  } catch (cause) {
    throw new Error(
      `fashionMnist: expected the whole data set in ${debian} or ${cache}, found it in neither, and it could not be ` +
        `downloaded (${reasonOf(cause)}); install it (apt-get install dataset-fashion-mnist), or give the directory ` +
        'that holds its four files.',
      {cause},
    );
  }
  return cache;
}
