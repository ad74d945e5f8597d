import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {reasonOf} from '@contrastive/internal';

/** `train-00000-of-00042.parquet`, as Hugging Face names files. */
const SPLIT_NAME = /^(.+)-\d+-of-\d+(-[0-9a-f]+)?\.parquet$/;

/** The parquet files in a directory, sorted by name; hidden ones, such as macOS leaves beside others, are none. */
async function filesIn(directory: string, split: string | undefined): Promise<string[]> {
  const all = (await readdir(directory)).filter(name => name.endsWith('.parquet') && !name.startsWith('.')).sort();
  const names =
    split === undefined ? all : all.filter(name => name.startsWith(`${split}-`) || name === `${split}.parquet`);
  const splits = new Set(names.map(name => SPLIT_NAME.exec(name)?.[1]).filter(name => name !== undefined));
  if (split === undefined && splits.size > 1) {
    const found = [...splits];
    throw new RangeError(
      `parquet: expected the files of one split in ${directory}, found ${found.join(', ')}; give split: ` +
        `'${found[0]}', or a list of files.`,
    );
  }
  if (names.length === 0) {
    const expected = split === undefined ? 'files that end in .parquet' : `files named ${split}-….parquet`;
    throw new Error(
      `parquet: expected ${expected} in ${directory}, found ${all.length === 0 ? 'none' : all.join(', ')}; check ` +
        'the directory.',
    );
  }
  return names.map(name => join(directory, name));
}

/**
 * The files that are meant: those of each directory sorted by name, the others as they are.
 *
 * @throws RangeError or Error (a rejection) when there are none, with what to do.
 */
export async function listFiles(files: string | readonly string[], split: string | undefined): Promise<string[]> {
  const given = typeof files === 'string' ? [files] : files;
  if (given.length === 0) throw new RangeError('parquet: expected at least one file or directory as files, got none.');
  const found: string[] = [];
  for (const path of given) {
    let directory: boolean;
    try {
      directory = (await stat(path)).isDirectory();
    } catch (cause) {
      throw new Error(
        `parquet: expected a file or directory, got ${path}, which cannot be read ` +
          `(${reasonOf(cause)}); check the path.`,
        {cause},
      );
    }
    found.push(...(directory ? await filesIn(path, split) : [path]));
  }
  return found;
}
