import {readdir, rename, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {isAlive, syncDirectory} from '@contrastive/internal/node';

/** A checkpoint by the name of its directory. */
export interface Named {
  /** `step-00000500`, or `step-00000500-2` for a second one of the same step. */
  readonly name: string;
  /** Steps that were done. */
  readonly steps: number;
  /** Which one of these steps it is, from 1 on. */
  readonly turn: number;
}

const pattern = /^step-(\d+)(?:-(\d+))?$/;
const hidden = /^\.(?:new|old)-(\d+)-/;

/** The name of the checkpoint after so many steps. */
export const nameOf = (steps: number, turn: number): string =>
  `step-${String(steps).padStart(8, '0')}${turn > 1 ? `-${turn}` : ''}`;

/** What is in a folder; nothing where there is none. */
const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: unknown) => {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code !== 'ENOTDIR') throw error;
    throw new Error(
      `latestCheckpoint: expected a folder of checkpoints as folder, got ${folder}, a file; move it away, or give ` +
        'another folder.',
      {cause: error},
    );
  });

/** The checkpoints in a folder, the newest first: by their steps, not by clocks. */
export async function listed(folder: string): Promise<Named[]> {
  const names = await namesIn(folder);
  return names
    .flatMap(name => {
      const match = pattern.exec(name);
      return match ? [{name, steps: Number(match[1]), turn: Number(match.at(2) ?? 1)}] : [];
    })
    .sort((a, b) => b.steps - a.steps || b.turn - a.turn);
}

let made = 0;

/** A hidden name for what is being made or removed, which tells the process. */
export const hiddenName = (kind: 'new' | 'old', name: string): string => `.${kind}-${process.pid}-${++made}-${name}`;

/** Removes a checkpoint: out of sight first, so that none is ever seen half removed. */
export async function remove(folder: string, name: string): Promise<void> {
  const aside = join(folder, hiddenName('old', name));
  await rename(join(folder, name), aside);
  await rm(aside, {recursive: true, force: true});
}

/** Removes what processes that ended left half made or half removed. */
export async function sweep(folder: string, ours: ReadonlySet<string>): Promise<void> {
  for (const name of await namesIn(folder)) {
    const pid = Number(hidden.exec(name)?.[1] ?? NaN);
    if (Number.isNaN(pid) || ours.has(name)) continue;
    if (pid === process.pid || !isAlive(pid)) await rm(join(folder, name), {recursive: true, force: true});
  }
}

/** Gives what was made under a hidden name its own, once; the disk has it then. */
export async function reveal(folder: string, from: string, name: string): Promise<void> {
  await rename(join(folder, from), join(folder, name));
  await syncDirectory(folder);
}

/** Whether there is a file at a path. */
export const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isFile(),
    () => false,
  );

/** Whether there is something at a path. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
