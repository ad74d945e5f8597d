import {mkdir, mkdtemp, readdir, rename, rm, rmdir} from 'node:fs/promises';
import {basename, dirname, join, resolve} from 'node:path';
import {syncDirectory} from './write-durably.js';

/** Names in a directory; none when there is no directory. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}

/**
 * Makes a directory whose files are all there or not at all: `write` fills a temporary directory beside it, which then
 * takes its name.
 *
 * A directory of that name is moved aside, and removed once the new one has its place. When anything fails, it stays or
 * comes back, and what was half written is removed. A process killed while writing leaves the old directory and a
 * hidden `.name.…` beside it; killed in the instant between moving aside and taking the name, the old directory is
 * `.name.…/old`.
 *
 * @param directory the directory to make; its parents are made too.
 * @param write fills the temporary directory that it is given.
 */
export async function replaceDirectory(directory: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const target = resolve(directory);
  const parent = dirname(target);
  await mkdir(parent, {recursive: true});
  const scratch = await mkdtemp(join(parent, `.${basename(target)}.`));
  const fresh = join(scratch, 'new');
  const old = join(scratch, 'old');
  let replaced = false;
  let placed = false;
  try {
    await mkdir(fresh);
    await write(fresh);
    await syncDirectory(fresh);
    replaced = await moveIfThere(target, old);
    await rename(fresh, target);
    placed = true;
    await syncDirectory(parent);
  } catch (cause) {
    if (placed) await rename(target, fresh);
    if (replaced) await rename(old, target);
    await rm(scratch, {recursive: true, force: true});
    throw cause;
  }
  await rm(scratch, {recursive: true, force: true});
}

/**
 * Does what `replaceDirectory` needs to be allowed to do, a directory that is there moved aside and back: throws as it
 * would, and leaves all as it was, directories above it that are missing too.
 *
 * @param directory the directory that is to be made.
 */
export async function tryReplacing(directory: string): Promise<void> {
  const target = resolve(directory);
  const parent = dirname(target);
  const made = await mkdir(parent, {recursive: true});
  try {
    const scratch = await mkdtemp(join(parent, `.${basename(target)}.`));
    const aside = join(scratch, 'old');
    try {
      if (await moveIfThere(target, aside)) await rename(aside, target);
    } finally {
      await rmdir(scratch).catch(() => undefined); // not empty where the directory could not come back
    }
  } finally {
    if (made !== undefined) await removeEmpty(parent, made);
  }
}

/**
 * Removes a directory and those above it, up to one that was made for it; what is not empty stays.
 *
 * @param made what `mkdir` with `recursive` gave: the topmost directory that it made.
 */
export async function removeEmpty(directory: string, made: string): Promise<void> {
  const top = resolve(made);
  for (let one = resolve(directory); one.startsWith(top); one = dirname(one)) {
    try {
      await rmdir(one);
    } catch {
      return;
    }
  }
}

async function moveIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw cause;
  }
}
