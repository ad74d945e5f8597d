import {readFile, readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {fromArrays, type Source} from '@contrastive/data';
import {reasonOf} from '@contrastive/internal';

/** Height and width of an image. */
const SIDE = 32;
const PLANE = SIDE * SIDE;
const CHANNELS = 3;

/** One of the two data sets in its binary version: records of label bytes and an image. */
export interface CifarFormat {
  /** Whose errors these are. */
  readonly where: string;
  /** What the authors call the archive. */
  readonly archive: string;
  /** The folder in it. */
  readonly folder: string;
  /** How many classes each label byte of a record knows, in their order. */
  readonly classes: readonly number[];
}

/** How to come by the files. */
export const remedyFor = ({archive}: Pick<CifarFormat, 'archive'>): string =>
  `unpack ${archive} of https://www.cs.toronto.edu/~kriz/cifar.html and give the directory where it was unpacked`;

/** The folder that holds the files: the directory itself, or the archive's folder in it. */
async function findFolder(format: CifarFormat, directory: string, name: string): Promise<string> {
  const {where, folder} = format;
  const remedy = remedyFor(format);
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (cause) {
    throw new Error(
      `${where}: expected a directory, got ${directory}, which cannot be read (${reasonOf(cause)}); ${remedy}.`,
      {cause},
    );
  }
  if (names.includes(name)) return directory;
  if (names.includes(folder)) return join(directory, folder);
  throw new Error(`${where}: expected ${name} or the folder ${folder} in ${directory}, found neither; ${remedy}.`);
}

/** How many records a file has, from its size. */
async function countRecords({archive, classes}: CifarFormat, file: string): Promise<number> {
  const record = classes.length + CHANNELS * PLANE;
  let size: number;
  try {
    ({size} = await stat(file));
  } catch (cause) {
    throw new Error(
      `${file}: expected this file, got one that cannot be read (${reasonOf(cause)}); unpack ${archive} again.`,
      {cause},
    );
  }
  if (size === 0 || size % record !== 0) {
    throw new Error(
      `${file}: expected a multiple of ${record} bytes, one record an image, got ${size}; it is truncated or no ` +
        `file of ${archive}, unpack that again.`,
    );
  }
  return size / record;
}

/** The names of the classes, one a line, where the file is there. */
async function readNames(file: string): Promise<string[] | undefined> {
  try {
    return (await readFile(file, 'utf8'))
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Opens files of the binary version, one after the other as one source. A record is its label bytes and 3072 bytes of
 * red, green and blue planes, row by row; the images are kept as bytes with channels innermost.
 *
 * @param labelAt Which of the label bytes is the class.
 * @param classNames Their names, or the name of the file beside the others that has them.
 */
export async function openCifar(
  format: CifarFormat,
  directory: string,
  names: readonly string[],
  labelAt: number,
  classNames: readonly string[] | string,
): Promise<Source> {
  const {classes, archive} = format;
  const folder = await findFolder(format, directory, names[0]);
  const files: {readonly file: string; readonly count: number}[] = [];
  for (const name of names) {
    const file = join(folder, name);
    files.push({file, count: await countRecords(format, file)});
  }
  const total = files.reduce((sum, {count}) => sum + count, 0);
  const images = new Uint8Array(total * PLANE * CHANNELS);
  const labels = new Uint8Array(total);
  let row = 0; // of the source
  let to = 0; // in images
  for (const {file, count} of files) {
    const bytes = await readFile(file);
    let from = 0; // in bytes
    for (let i = 0; i < count; i++, row++) {
      for (const [at, known] of classes.entries()) {
        const label = bytes[from + at];
        if (label >= known)
          throw new Error(
            `${file}: expected labels from 0 to ${known - 1}, got ${label} in record ${i}; it is no file of ` +
              `${archive}, unpack that again.`,
          );
      }
      labels[row] = bytes[from + labelAt];
      from += classes.length;
      for (const end = from + PLANE; from < end; from++) {
        for (let channel = 0; channel < CHANNELS; channel++) images[to++] = bytes[from + channel * PLANE];
      }
      from += (CHANNELS - 1) * PLANE;
    }
  }
  const known = typeof classNames === 'string' ? await readNames(join(folder, classNames)) : classNames;
  return fromArrays({images, height: SIDE, width: SIDE, channels: CHANNELS, labels, classNames: known});
}
