import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, readdir, rename, rm, writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {reasonOf} from '@contrastive/internal';
import {cacheDirectory, withLock} from '@contrastive/internal/node';
import {aboutEmoji, emojiPackages, readEmoji} from './emoji.js';
import {openclipartPackage, readOpenclipart} from './openclipart.js';
import {fetchPackage, filesIn, type PicturePackage} from './packages.js';
import {writeSet} from './write-set.js';

/** What can be prepared. */
export type SetName = 'emoji' | 'openclipart' | 'fashionMnist';

/** What was prepared, and what could not be. */
export interface TransferData {
  /** The folder of the emoji, with the splits `by-picture` and `by-vendor`. */
  readonly emoji?: string;
  /** The folder of the clip art, with the split `by-picture`. */
  readonly openclipart?: string;
  /** The directory of the four files of Fashion-MNIST, for `fashionMnist({directory})`. */
  readonly fashionMnist?: string;
  /** What is missing, and why. */
  readonly leftOut: readonly {readonly name: string; readonly reason: string}[];
}

/** Options of `prepareTransferData`. */
export interface PrepareOptions {
  /** Where data is kept, by default the cache of everything here. */
  readonly cache?: string;
  /** Called with each thing that is begun, in words; by default they are printed. */
  readonly onProgress?: (message: string) => void;
  /** Which are prepared; all by default. */
  readonly only?: readonly SetName[];
  /** Ends the preparation; what is half done goes. */
  readonly signal?: AbortSignal;
}

function print(message: string): void {
  console.log(`${message} …`);
}

/** Another number where the same packages make other folders: at first clip art had almost blank drawings too. */
const EDITIONS: Readonly<Record<SetName, number>> = {emoji: 1, openclipart: 2, fashionMnist: 1};

const fashionMnistPackage: PicturePackage = {
  kind: 'debian',
  name: 'dataset-fashion-mnist',
  version: '0.0~git20200523.55506a9-1',
  sha256: '39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0',
};

/** Where that package puts its files, which is looked at first. */
const INSTALLED = '/usr/share/datasets/fashion-mnist';

/** Fetches a package into a directory of its own, so that its file is the only one there. */
async function fetchInto(workshop: string, one: PicturePackage, signal?: AbortSignal): Promise<string> {
  const directory = join(workshop, one.name);
  await mkdir(directory);
  return fetchPackage(one, directory, signal);
}

/** What makes each of the sets in an empty folder, from packages that it fetches into the workshop. */
type Maker = (folder: string, workshop: string, signal?: AbortSignal) => Promise<unknown>;

const makeEmoji: Maker = async (folder, workshop, signal) => {
  const google = await readEmoji('google', await fetchInto(workshop, emojiPackages.google, signal));
  const twitter = await readEmoji('twitter', await fetchInto(workshop, emojiPackages.twitter, signal));
  const about = aboutEmoji(google.licence);
  return writeSet(folder, [...google.pictures, ...twitter.pictures], about, ['google', 'twitter']);
};

const makeOpenclipart: Maker = async (folder, workshop, signal) => {
  const {pictures, about} = await readOpenclipart(await fetchInto(workshop, openclipartPackage, signal));
  return writeSet(folder, pictures, about);
};

const makeFashionMnist: Maker = async (folder, workshop, signal) => {
  const file = await fetchInto(workshop, fashionMnistPackage, signal);
  const wanted = (path: string) => /\/fashion-mnist\/[^/]+-ubyte\.gz$|\/copyright$/.test(path);
  for await (const {path, bytes} of filesIn(fashionMnistPackage, file, wanted))
    await writeFile(join(folder, basename(path).replace(/^copyright$/, 'LICENCES.txt')), bytes);
};

const makers: Readonly<Record<SetName, {readonly folder: string; readonly make: Maker}>> = {
  emoji: {folder: `emoji-${emojiPackages.google.version}-${EDITIONS.emoji}`, make: makeEmoji},
  openclipart: {folder: `openclipart-0.18-${EDITIONS.openclipart}`, make: makeOpenclipart},
  fashionMnist: {folder: `fashion-mnist-${EDITIONS.fashionMnist}`, make: makeFashionMnist},
};
const names = Object.keys(makers) as SetName[];

/**
 * Prepares free pictures to transfer to, in the cache: emoji of two vendors and clip art as folders of PNG by class,
 * with splits beside them, and all of Fashion-MNIST. Packages come by npm and apt-get, as this machine has them set up,
 * pinned by version and checksum; nothing is installed. A folder appears whole or not at all, and one that is there is
 * taken as it is. What cannot be had is left out, with the reason.
 *
 * @throws the reason of `signal` once that is aborted; Error when the cache cannot be written to.
 */
export async function prepareTransferData(options: PrepareOptions = {}): Promise<TransferData> {
  const {cache = cacheDirectory(), onProgress = print, signal, only = names} = options;
  const place = join(cache, 'transfer-data');
  const found: Partial<Record<SetName, string>> = {};
  if (existsSync(INSTALLED) && only.includes('fashionMnist')) found.fashionMnist = INSTALLED;
  const missing = only.filter(name => {
    const path = join(place, makers[name].folder);
    if (existsSync(path)) found[name] ??= path;
    return found[name] === undefined;
  });
  const leftOut: {name: string; reason: string}[] = [];
  if (missing.length === 0) return {...found, leftOut};
  const waiting = (pid: number) => {
    onProgress(`Waiting for process ${pid}, which prepares data too`);
  };
  await withLock(join(place, 'lock'), {waiting, ...(signal && {signal})}, async () => {
    // Of one that was killed: whoever holds the lock is alone.
    for (const name of await readdir(place))
      if (name.startsWith('.half-')) await rm(join(place, name), {recursive: true, force: true});
    for (const name of missing) {
      signal?.throwIfAborted();
      const {folder, make} = makers[name];
      const path = join(place, folder);
      if (!existsSync(path)) {
        onProgress(`Preparing ${name}`);
        const half = await mkdtemp(join(place, '.half-'));
        try {
          const [made, workshop] = [join(half, 'made'), join(half, 'workshop')];
          await mkdir(made);
          await mkdir(workshop);
          await make(made, workshop, signal);
          signal?.throwIfAborted();
          await rename(made, path);
        } catch (error) {
          signal?.throwIfAborted();
          leftOut.push({name, reason: reasonOf(error)});
          continue;
        } finally {
          await rm(half, {recursive: true, force: true});
        }
      }
      found[name] = path;
    }
  });
  return {...found, leftOut};
}
