import {opendir, realpath, stat} from 'node:fs/promises';
import {extname, join} from 'node:path';
import type {BadImage} from '@contrastive/data';
import {reasonOf} from '@contrastive/internal';
import {endingOf, isOtherEnding, whyLeftOut} from './kinds.js';
import {isWithin} from './read-encoded.js';
import {packNames, type Listed, type PackedNames} from './path-list.js';

/** A directory below the one that was listed. */
export interface ListedBelow extends Listed {
  /** The folders that lead to it, from the top; none for the top itself. */
  readonly folders: readonly string[];
}

/** The images below a directory. */
export interface Listing {
  /** Each directory, those without images too; their names are sorted. */
  readonly directories: readonly ListedBelow[];
  /** Directories that could not be read, links to directories elsewhere, and images of kinds that are not decoded. */
  readonly bad: readonly BadImage[];
}

/**
 * Lists all files below a directory that have one of the extensions. Hidden ones are left out. Links to files are
 * listed; links to directories within are followed unless they lead to a directory they lie in.
 *
 * @param root - The directory without links in its path.
 * @param extensions - In lower case, with their dots.
 * @throws the system's error when `directory` itself cannot be read.
 */
export async function listImages(directory: string, root: string, extensions: ReadonlySet<string>): Promise<Listing> {
  const directories: ListedBelow[] = [];
  const bad: BadImage[] = [];
  const followed = new Set<string>();

  /**
   * Lists a directory and what is below.
   *
   * @param trail - Real paths of the directories that lead here, this one included.
   */
  const visit = async (path: string, folders: readonly string[], trail: readonly string[]): Promise<void> => {
    const {names, below, links, others} = await entries(path, extensions);
    for (const name of others) bad.push({path: join(path, name), reason: whyLeftOut(endingOf(name))});
    directories.push({directory: path, folders, names});
    const real = trail[trail.length - 1];
    const targets = below.map(name => ({name, target: join(real, name)}));
    for (const name of links) {
      const target = await directoryBehind(join(path, name));
      if (target === undefined && isOtherEnding(endingOf(name)))
        bad.push({path: join(path, name), reason: whyLeftOut(endingOf(name))});
      // once a class: links among directories lead there by ever more ways
      const known = `${folders[0] ?? name}\0${target ?? ''}`;
      if (target === undefined || trail.includes(target) || followed.has(known)) continue;
      followed.add(known);
      targets.push({name, target});
    }
    for (const {name, target} of targets) {
      const child = {directory: join(path, name), folders: [...folders, name]};
      try {
        if (!isWithin(target, root)) throw new Error(`it is a link that leads out of ${root}`);
        await visit(child.directory, child.folders, [...trail, target]);
      } catch (error) {
        directories.push({...child, names: packNames([])});
        bad.push({path: child.directory, reason: reasonOf(error)});
      }
    }
  };

  await visit(directory, [], [root]);
  return {directories, bad};
}

/** What lies in a directory: files to list, directories, links that may lead to directories, and other images. */
async function entries(
  path: string,
  extensions: ReadonlySet<string>,
): Promise<{names: PackedNames; below: string[]; links: string[]; others: string[]}> {
  const [names, below, links, others]: [string[], string[], string[], string[]] = [[], [], [], []];
  for await (const entry of await opendir(path, {bufferSize: 1024})) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) below.push(entry.name);
    else if (extensions.has(extname(entry.name).toLowerCase())) names.push(entry.name);
    else if (entry.isSymbolicLink()) links.push(entry.name);
    else if (isOtherEnding(endingOf(entry.name))) others.push(entry.name);
  }
  return {names: packNames(sorted(names)), below, links, others: sorted(others)};
}

/** The real path of the directory that a link leads to, if it leads to one. */
async function directoryBehind(link: string): Promise<string | undefined> {
  try {
    const target = await realpath(link);
    return (await stat(target)).isDirectory() ? target : undefined;
  } catch {
    return undefined;
  }
}

/** Sorts names by code points, as Python does; JavaScript sorts by UTF-16 units, which differ beyond U+FFFF. */
export function sorted(names: readonly string[]): string[] {
  return [...names].sort(names.some(name => /[\ud800-\udfff]/.test(name)) ? byCodePoint : undefined);
}

/** Compares by code points, whose order is that of their bytes in UTF-8. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
