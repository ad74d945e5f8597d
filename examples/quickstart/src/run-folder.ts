import {existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {jsonlWriter} from '@contrastive/train/node';

/** The folder that a run writes. Every write is done when its call returns, so stopping at any moment loses nothing. */
export interface RunFolder {
  /** Where it is. */
  readonly path: string;
  /** Where what an earlier run left there is now, if there was one. */
  readonly earlier?: string;
  /** Adds one line of JSON to `metrics.jsonl`. */
  record(metrics: Readonly<Record<string, number>>): void;
  /** Writes a file whole or not at all. */
  write(name: string, content: string | Uint8Array): void;
  /** What a run left there so far, as paths that can be copied from the terminal. */
  present(): string[];
}

/** What a finished run leaves, in the order in which it is written. */
const names = ['metrics.jsonl', 'encoder', 'report.png', 'summary.json'] as const;

/** What runs left in a folder, as paths from where the command runs. */
export function presentFiles(path: string): string[] {
  return names
    .map(name => join(path, name))
    .filter(file => existsSync(file))
    .map(file => relative('.', file));
}

/** What a run that was stopped leaves half-written: files, and the folder in which an encoder is made. */
const halfWritten = (name: string): boolean =>
  names.some(whole => name === partOf(whole)) || /^\.encoder\.[A-Za-z0-9]{6}$/.test(name);

/** What a file is called until it is whole. */
const partOf = (name: string): string => `.${name}.part`;

/** Removes what a run left half-written, and nothing else. */
export function cleanRunFolder(path: string): void {
  if (!existsSync(path)) return;
  for (const name of readdirSync(path).filter(halfWritten)) rmSync(join(path, name), {recursive: true, force: true});
}

/** Does what writes to a folder; a failure says where and what to do. */
function writing(path: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `quickstart: cannot write to ${path} (${reason}). It needs a folder that this user may write to, and a few ` +
        'megabytes; give one as --out.',
      {cause},
    );
  }
}

/** Moves what an earlier run left there into a folder of its own, and says which; nothing where there is nothing. */
function keepEarlier(path: string): string | undefined {
  const metrics = join(path, 'metrics.jsonl');
  const left = names.filter(name => existsSync(join(path, name)));
  if (left.length === 0 || (left.join() === 'metrics.jsonl' && statSync(metrics).size === 0)) return undefined;
  const places = Array.from({length: readdirSync(path).length + 1}, (_, i) => join(path, `earlier-${i + 1}`));
  const place = places.find(one => !existsSync(one)) ?? '';
  mkdirSync(place);
  const moved: string[] = [];
  try {
    for (const name of left) {
      renameSync(join(path, name), join(place, name));
      moved.push(name);
    }
  } catch (cause) {
    for (const name of moved) renameSync(join(place, name), join(path, name));
    rmdirSync(place);
    throw cause;
  }
  return place;
}

/**
 * Makes a folder ready for a new run: what an earlier one left moves to `earlier-1`, `earlier-2` and so on, and
 * `metrics.jsonl` is there, empty. Files that no run writes stay where they are.
 */
export function createRunFolder(path: string): RunFolder {
  const metrics = join(path, 'metrics.jsonl');
  let earlier: string | undefined;
  writing(path, () => {
    mkdirSync(path, {recursive: true});
    cleanRunFolder(path);
    earlier = keepEarlier(path);
  });
  // Closed by the process's end, as a run's is: every line is in the file once it is written.
  const log = jsonlWriter(metrics);
  return {
    path,
    ...(earlier !== undefined && {earlier}),
    record(record) {
      log.write(record);
    },
    write(name, content) {
      const temporary = join(path, partOf(name));
      writing(path, () => {
        writeFileSync(temporary, content);
        renameSync(temporary, join(path, name));
      });
    },
    present: () => presentFiles(path),
  };
}
