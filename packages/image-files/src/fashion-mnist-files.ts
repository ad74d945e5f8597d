import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join, resolve} from 'node:path';
import {downloadVerified} from './download.js';
import {findPlainOrGzip, message} from './read-file.js';

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

/** What a variable of the environment holds; empty counts as unset. */
function variable(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/** The user's directory for caches on this platform. */
function userCache(): string {
  const home = homedir();
  if (process.platform === 'win32') return variable('LOCALAPPDATA') ?? join(home, 'AppData', 'Local');
  return (
    variable('XDG_CACHE_HOME') ??
    (process.platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache'))
  );
}

/**
 * Where downloaded images are kept: in `CONTRASTIVE_CACHE`, else in `contrastive` in the user's directory for caches.
 */
export function cachedDirectory(): string {
  return resolve(variable('CONTRASTIVE_CACHE') ?? join(userCache(), 'contrastive'), 'fashion-mnist');
}

/** Throws unless a bundled file is the one that was published. */
async function checkBundled(file: string, expected: string | undefined): Promise<void> {
  const remedy = 'install @contrastive/fashion-mnist again';
  let content: Uint8Array;
  try {
    content = await readFile(file);
  } catch (cause) {
    throw new Error(`${file}: could not read this bundled file (${message(cause)}); ${remedy}.`, {cause});
  }
  const got = createHash('sha256').update(content).digest('hex');
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
      'fashionMnist: the package @contrastive/fashion-mnist, which holds the bundled images, could not be loaded; ' +
        'install it (npm install @contrastive/fashion-mnist), or give a directory, or full: true.',
      {cause},
    );
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
  const cache = cachedDirectory();
  if (await holds(cache)) return cache;
  try {
    for (const name of names)
      await downloadVerified(`${mirror}/${name}.gz`, join(cache, `${name}.gz`), fullChecksums[name]);
  } catch (cause) {
    throw new Error(
      `fashionMnist: the whole data set is neither in ${debian} nor in ${cache}, and it could not be downloaded ` +
        `(${message(cause)}). ` +
        'Install it (apt-get install dataset-fashion-mnist), or give the directory that holds its four files.',
      {cause},
    );
  }
  return cache;
}
