import {access, readFile, readdir, realpath} from 'node:fs/promises';
import {join} from 'node:path';
import {reasonOf} from '@contrastive/internal';
import {sorted} from '../encoded/list-images.js';
import type {BenchmarkFiles, Layout} from './benchmark.js';

const isThere = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Finds the folder of a data set: the directory itself, or what its archive unpacks to in there.
 *
 * @throws Error that says what was expected where, and how to come by it.
 */
export async function benchmarkFiles(directory: string, layout: Layout): Promise<BenchmarkFiles> {
  const {title, folders, marker, remedy} = layout;
  const failed = (expected: string, got: string, cause?: unknown) =>
    new Error(
      `openBenchmark: expected ${expected} of ${title}, got ${got}; ${remedy}.`,
      cause === undefined ? {} : {cause},
    );
  let found: string | undefined;
  for (const folder of [directory, ...folders.map(name => join(directory, name))])
    if (found === undefined && (await isThere(join(folder, marker)))) found = folder;
  if (found === undefined) {
    const names = await readdir(directory).catch((cause: unknown) => {
      throw failed(`the directory ${directory}`, `one that cannot be read (${reasonOf(cause)})`, cause);
    });
    const places = ['', ...folders.map(name => `${name}/`)].map(folder => folder + marker).join(' or ');
    throw failed(`${places} in ${directory}`, sorted(names).slice(0, 5).join(', ') || 'an empty directory');
  }
  const root = await realpath(found);
  const reading = async <T>(path: string, read: Promise<T>): Promise<T> =>
    read.catch((cause: unknown) => {
      throw failed(`${path} in ${root}`, `one that cannot be read (${reasonOf(cause)})`, cause);
    });
  return {
    root,
    lines: async path =>
      (await reading(path, readFile(join(root, path), 'utf8'))).split(/\r?\n/).filter(line => line.trim() !== ''),
    bytes: async path => ({file: join(root, path), bytes: await reading(path, readFile(join(root, path)))}),
    first: async paths => {
      for (const path of paths) if (await isThere(join(root, path))) return path;
      throw failed(`${paths.join(' or ')} in ${root}`, 'neither');
    },
    names: async path => sorted(await reading(path, readdir(join(root, path)))),
    wrong: (path, expected, got) => failed(`${expected} in ${join(root, path)}`, got),
  };
}

/** The number of each class by its name; asking for another is an error of the file that named it. */
export function classNumbers(
  {wrong}: BenchmarkFiles,
  classNames: readonly string[],
): (path: string, name: string) => number {
  const numbers = new Map(classNames.map((name, label) => [name, label]));
  return (path, name) => {
    const label = numbers.get(name);
    if (label === undefined) throw wrong(path, `one of ${classNames.length} classes`, `'${name}'`);
    return label;
  };
}
