import {realpath, stat} from 'node:fs/promises';
import type {Source} from '@contrastive/data';
import {checkOptions, checkValue, choice, either, flag, list, reasonOf, text, type Rules} from '@contrastive/internal';
import {encodedRules, encodedSource, type EncodedOptions} from './encoded/encoded-source.js';
import {byCodePoint, listImages, sorted, type ListedBelow, type Listing} from './encoded/list-images.js';
import {pathList} from './encoded/path-list.js';
import {firstOf} from './bad-images.js';

/** Options of `imageFolder`. */
export interface ImageFolderOptions extends EncodedOptions {
  /**
   * Whether the directories in the directory are classes. By default they are unless images lie beside them; then all
   * images below are taken, without labels. `true` leaves out images beside them, `false` takes all images without
   * labels.
   */
  readonly labels?: boolean | 'auto';
  /** Endings of the files that are images, in any case. */
  readonly extensions?: readonly string[];
}

const rules: Rules<ImageFolderOptions> = {
  ...encodedRules,
  labels: either(flag, choice('auto')),
  extensions: list(
    {
      expected: 'an ending',
      judge: value => (typeof value !== 'string' ? 'kind' : /^\.[^.]+$/.test(value) ? undefined : 'value'),
    },
    "a list of endings as '.jpg'",
  ),
};

const EXTENSIONS = ['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp', '.avif', '.gif', '.tif', '.tiff'];

/**
 * Opens the images of a directory as torchvision's ImageFolder does: each directory in it is a class, the images below
 * that are its images, at any depth; classes and images are sorted by name, by code points. Images that lie in the
 * directory itself have no labels. Only names are read here; images are decoded when they are asked for, in worker
 * threads: JPEG, PNG, WebP, AVIF, GIF (the first frame) and TIFF (the first page), turned by their EXIF orientation.
 *
 * Images that cannot be used are left out and listed in `bad`, each once. Nothing outside the directory is read: links
 * that lead out of it are bad images, as are files whose names say that they are images of a kind that is not decoded
 * (HEIC, BMP, …). Hidden files and directories are left out. A directory without images is a class
 * without images; torchvision refuses it.
 *
 * Node decodes in four threads, however many workers there are, unless the environment variable UV_THREADPOOL_SIZE says
 * more when the process starts.
 *
 * @throws TypeError or RangeError (a rejection, as all of them) when an option is unknown or out of range; Error when
 * the directory cannot be read or has no images. Reading rejects with an Error when too many images are bad
 * (`mostBad`), or one (`strict`).
 * @example
 * const source = await imageFolder('data/train'); // data/train/cat/1.jpg, data/train/dog/1.jpg and so on
 * for await (const views of twoViews(source, {augment: simclrAugment({size: 224}), batchSize: 256, seed: 1, epochs:
 * 100})) disposeViews(views); console.log(source.bad);
 */
export async function imageFolder(directory: string, options: ImageFolderOptions = {}): Promise<Source> {
  checkValue('imageFolder', 'directory', directory, text);
  checkOptions('imageFolder', options, rules);
  const {labels = 'auto', extensions = EXTENSIONS} = options;
  const endings = new Set(extensions.map(extension => extension.toLowerCase()));
  const {root, directories, bad} = await listed(directory, endings);
  const beside = directories[0].names.ends.length > 0;
  const classNames = labels === false || (labels === 'auto' && beside) ? undefined : classesOf(directories);
  const chosen = inOrder(classNames ? directories.slice(1) : directories);
  const paths = pathList(chosen);
  if (paths.length === 0) {
    const where = classNames && beside ? `the directories in ${directory}` : directory;
    throw new Error(
      `imageFolder: expected images (${extensions.join(', ')}) in ${where}, got none` +
        `${bad.length > 0 ? ` (${firstOf(bad)})` : ''}; check the directory and the option extensions.`,
    );
  }
  return encodedSource(
    {
      where: 'imageFolder',
      length: paths.length,
      ...(classNames && {classNames, labels: labelsOf(chosen, classNames, paths.length)}),
      nameOf: index => paths.at(index),
      locate: index => ({path: paths.at(index), within: root}),
      bad,
    },
    options,
  );
}

/** What lies in the directory, and its path without links. */
async function listed(directory: string, extensions: ReadonlySet<string>): Promise<Listing & {readonly root: string}> {
  try {
    const root = await realpath(directory);
    if ((await stat(root)).isDirectory()) return {root, ...(await listImages(directory, root, extensions))};
  } catch (cause) {
    throw new Error(
      `imageFolder: expected a directory, got ${directory}, which cannot be read (${reasonOf(cause)}); give that ` +
        'which holds the images.',
      {cause},
    );
  }
  throw new Error(`imageFolder: expected a directory, got the file ${directory}; give the directory that holds it.`);
}

function classesOf(directories: readonly ListedBelow[]): string[] {
  return sorted(directories.filter(({folders}) => folders.length === 1).map(({folders: [name]}) => name));
}

/** As torchvision: by class, then by the path of the directory. */
function inOrder(directories: readonly ListedBelow[]): ListedBelow[] {
  return [...directories].sort(
    (a, b) => byCodePoint(a.folders[0] ?? '', b.folders[0] ?? '') || byCodePoint(a.directory, b.directory),
  );
}

function labelsOf(directories: readonly ListedBelow[], classNames: readonly string[], length: number): Int32Array {
  const numbers = new Map(classNames.map((name, label) => [name, label]));
  const labels = new Int32Array(length);
  let at = 0;
  for (const {
    folders: [name],
    names: {ends},
  } of directories) {
    labels.fill(numbers.get(name) ?? 0, at, at + ends.length);
    at += ends.length;
  }
  return labels;
}
