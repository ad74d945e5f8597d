import {existsSync, readdirSync} from 'node:fs';
import {mkdir, readFile, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {reasonOf} from '@contrastive/internal';
import {holdFolder, writeDurably} from '@contrastive/internal/node';
import {UsageError} from '../program/usage-error.js';

/** What lies in the folder of a run; docs/command.md says what is in each. */
export const LAYOUT = {
  configuration: 'config.json',
  network: 'network.json',
  log: 'metrics.jsonl',
  tensorBoard: 'tensorboard',
  checkpoints: 'checkpoints',
  encoder: 'encoder',
  probe: 'probe.json',
} as const;

/** What a configuration has besides settings: which command it is of, and which version wrote it. */
export const ABOUT: readonly string[] = ['command', 'version'];

/** Kept out of the way of other programs while this one works there. */
const LOCK = '.contrastive.lock';

/** What a run that was just reserved has: files that say nothing yet. */
const NOTHING = [LOCK, `${LOCK}.part`, '.run.lock'];

/**
 * Does what writes to a folder while no other program does: it is made, tried and reserved first. Where nothing was
 * written, a folder that was made goes again.
 *
 * @param where What messages begin with.
 * @param flag By which the user names it.
 * @throws Error when another program writes there, or when this user may not; what `action` throws.
 */
export async function reserved<T>(where: string, folder: string, action: () => Promise<T>, flag = '--out'): Promise<T> {
  const release = await holdFolder(where, folder, {lock: LOCK, as: ` as ${flag}`});
  try {
    return await action();
  } finally {
    await release();
  }
}

/** Whether a folder is that of a run. */
export const isRun = (folder: string): boolean => existsSync(join(folder, LAYOUT.configuration));

/**
 * Throws unless a folder is free for a new run: nothing of another run lies there, and nothing else.
 *
 * @param where What messages begin with.
 * @throws UsageError that says what is in the way.
 */
export function checkFree(where: string, folder: string): void {
  const left = existsSync(folder) ? readdirSync(folder).filter(name => !NOTHING.includes(name)) : [];
  if (left.length === 0) return;
  if (isRun(folder)) {
    throw new UsageError(
      `${where}: expected a folder for a new run as --out, got ${folder}, which has a run; go on with it by ` +
        '--resume, or give another folder.',
    );
  }
  throw new UsageError(
    `${where}: expected a new or empty folder as --out, got ${folder} with ${left[0]} in it; give another.`,
  );
}

/** Writes a file whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  await rm(part, {force: true});
  try {
    await writeDurably(part, content);
    await rename(part, path);
  } catch (error) {
    await rm(part, {force: true});
    throw error;
  }
}

/** Writes a run's configuration, with the command that it is of. */
export async function writeConfiguration(folder: string, configuration: object, version: string): Promise<void> {
  await mkdir(folder, {recursive: true});
  const record = {command: 'pretrain', version, ...configuration};
  await writeWhole(join(folder, LAYOUT.configuration), `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Reads what a run's `config.json` has.
 *
 * @param where What messages begin with.
 * @throws UsageError for a folder that is not a run's.
 */
export async function readRun(where: string, folder: string): Promise<Readonly<Record<string, unknown>>> {
  const path = join(folder, LAYOUT.configuration);
  try {
    const record = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(record).filter(([key]) => !ABOUT.includes(key)));
  } catch (cause) {
    throw new UsageError(
      `${where}: expected the folder of a run, with ${LAYOUT.configuration}, got ${folder}, whose file ` +
        `cannot be read (${reasonOf(cause)}); give that which pretrain had as --out.`,
      {cause},
    );
  }
}
