import {readdir, readFile, stat} from 'node:fs/promises';
import {basename, join, resolve} from 'node:path';
import {reasonOf, show} from '@contrastive/internal';
import {latestCheckpoint, type CheckpointRecord, type Json} from '@contrastive/train/node';
import type {RunData} from '../data.js';
import {readLog} from './read-log.js';
import {readProbe} from './read-probe.js';

/** What lies in the folder of a run; each may be missing, not all. */
export const FILES = {
  log: 'metrics.jsonl',
  configuration: 'config.json',
  probe: 'probe.json',
  checkpoints: 'checkpoints',
  encoder: 'encoder',
} as const;

type Record_ = Readonly<Record<string, Json | undefined>>;

/** The record in a file of JSON; nothing where there is no file. */
async function readRecord(path: string): Promise<Record_ | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`collectReport: expected to read ${path}, got ${reasonOf(error)}; allow it.`, {cause: error});
  });
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(
      `collectReport: expected JSON in ${path}, got ${reasonOf(cause)}; mend it, or move the file away.`,
      {cause},
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record_; // it was JSON
  throw new Error(`collectReport: expected a record in ${path}, got ${show(value)}; mend it, or move the file away.`);
}

/** The names in a folder that is the folder of a run. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new Error(
      `collectReport: expected the folder of a run as runs, got ${show(folder)}: ${reasonOf(cause)}; give the ` +
        'folder that pretrain or openRun wrote.',
      {cause},
    );
  });
  const known: readonly string[] = Object.values(FILES);
  if (names.some(name => known.includes(name))) return names;
  throw new Error(
    `collectReport: expected the folder of a run as runs, got ${show(folder)}, which has none of ` +
      `${known.join(', ')}; give the folder that pretrain or openRun wrote.`,
  );
}

/** What a run's newest checkpoint says of it. */
async function readCheckpoint(folder: string): Promise<Partial<CheckpointRecord>> {
  const path = await latestCheckpoint(join(folder, FILES.checkpoints));
  if (path === undefined) return {};
  return (await readRecord(join(path, 'checkpoint.json'))) ?? {}; // as it was written
}

/**
 * Reads what a run left in its folder. A run without a log, without results of probes or without checkpoints is one
 * too: the report says what is missing.
 *
 * @throws `Error` for anything but the folder of a run, and for files that are damaged, each by its path.
 */
export async function readRun(folder: string): Promise<RunData> {
  const names = await namesIn(folder);
  const at = (name: string): string | undefined => (names.includes(name) ? join(folder, name) : undefined);
  const log = at(FILES.log);
  const training = log !== undefined && (await stat(log)).size > 0 ? await readLog(log) : undefined;
  const checkpoint = at(FILES.checkpoints) === undefined ? {} : await readCheckpoint(folder);
  const probe = at(FILES.probe);
  const results = probe === undefined ? undefined : await readRecord(probe);
  return {
    name: basename(resolve(folder)),
    ...(training && {training}),
    ...(probe !== undefined && results !== undefined && {probe: readProbe(probe, results)}),
    configuration: (await readRecord(join(folder, FILES.configuration))) ?? checkpoint.configuration ?? {},
    environment: {...checkpoint.madeOn},
  };
}

/** Gives runs of one name different ones: `a`, `a (2)`. */
export function nameApart(runs: readonly RunData[]): RunData[] {
  const met = new Map<string, number>();
  return runs.map(run => {
    const turn = (met.get(run.name) ?? 0) + 1;
    met.set(run.name, turn);
    return turn === 1 ? run : {...run, name: `${run.name} (${turn})`};
  });
}
