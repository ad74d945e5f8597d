import {existsSync, readFileSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {reasonOf, show} from '@contrastive/internal';
import type {FineTuneTrial} from '@contrastive/linear-probe';
import {flagOf} from '../../program/setting.js';
import {UsageError} from '../../program/usage-error.js';
import {checkFree, writeWhole} from '../../run/run-folder.js';
import type {Row} from './train-from.js';

/** What was begun in a folder and is not done: from it, it goes on. */
interface Begun {
  /** What figures depend on. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Starts that are done. */
  readonly rows: readonly Row[];
  /** Trials that are done, by their start. */
  readonly trials: Readonly<Partial<Record<string, readonly FineTuneTrial[]>>>;
}

const FILE = 'begun.json';

/**
 * Throws unless a folder is free, or has what is to go on.
 *
 * @param where What messages begin with.
 * @throws UsageError that says what is in the way.
 */
export function checkBegun(where: string, folder: string, resume: boolean): void {
  const begun = existsSync(join(folder, FILE));
  if (begun && resume) return;
  if (begun) {
    throw new UsageError(
      `${where}: expected a new or empty folder as --out, got ${folder}, where a training was begun; go on with it ` +
        'by --resume, or give another folder.',
    );
  }
  if (resume) {
    throw new UsageError(
      `${where}: expected a folder in which a training was begun as --out beside --resume, got ${folder}; leave ` +
        '--resume out.',
    );
  }
  checkFree(where, folder);
}

/** What was done in a folder, and what keeps what is done. */
export interface Kept {
  rowOf: (start: string) => Row | undefined;
  trialsOf: (start: string) => readonly FineTuneTrial[];
  addRow: (row: Row) => Promise<void>;
  addTrial: (start: string, trial: FineTuneTrial) => Promise<void>;
  /** Waits until all is on the disk. */
  kept: () => Promise<void>;
  /** Forgets it, as all is done. */
  done: () => Promise<void>;
}

/**
 * What was done before, where there is some, and what keeps what is done.
 *
 * @param settings What figures depend on: only with the same they may be joined.
 * @throws UsageError for other settings, or a damaged file.
 */
export async function openBegun(where: string, folder: string, settings: Begun['settings']): Promise<Kept> {
  const path = join(folder, FILE);
  let state: Begun = existsSync(path) ? read(where, path, settings) : {settings, rows: [], trials: {}};
  let written: Promise<void> = Promise.resolve();
  const keep = async (next: Begun): Promise<void> => {
    state = next;
    written = written.then(async () => writeWhole(path, `${JSON.stringify(next)}\n`));
    return written;
  };
  await keep(state);
  return {
    rowOf: start => state.rows.find(row => row.start === start),
    trialsOf: start => state.trials[start] ?? [],
    addRow: async row => keep({...state, rows: [...state.rows, row]}),
    addTrial: async (start, trial) =>
      keep({...state, trials: {...state.trials, [start]: [...(state.trials[start] ?? []), trial]}}),
    kept: async () => written,
    done: async () => {
      await written;
      await rm(path, {force: true});
    },
  };
}

function read(where: string, path: string, settings: Begun['settings']): Begun {
  let before: Begun;
  try {
    before = JSON.parse(readFileSync(path, 'utf8')) as Begun;
  } catch (cause) {
    throw new UsageError(
      `${where}: expected what was begun in ${path}, got a file that cannot be read (${reasonOf(cause)}); remove it.`,
      {cause},
    );
  }
  const trials = Object.values(before.trials).flatMap(own => own ?? []);
  if (trials.some(({digest}: Partial<FineTuneTrial>) => digest === undefined)) {
    throw new UsageError(
      `${where}: expected trials of this version in ${path}, got some of an earlier one, which do not say what they ` +
        'are of; start anew in another folder.',
    );
  }
  for (const key of new Set([...Object.keys(settings), ...Object.keys(before.settings)])) {
    const [was, now] = [before.settings[key], settings[key]];
    if (was === now) continue;
    throw new UsageError(
      `${where}: expected the settings of what was begun beside --resume, got ${show(now)} instead of ${show(was)} ` +
        `as ${key === 'encoder' ? 'the weights of RUN' : key === 'run' ? 'RUN' : flagOf(key)}; give the same, or ` +
        'another folder.',
    );
  }
  return before;
}
