import {existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {jsonlWriter} from '@contrastive/train/node';

/** The folder that a run writes. Every write is done when its call returns, so stopping at any moment loses nothing. */
export interface RunFolder {
  /** Where it is. */
  readonly path: string;
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

/** Removes what is half-written: everything whose name begins with a dot. */
export function cleanRunFolder(path: string): void {
  if (!existsSync(path)) return;
  for (const name of readdirSync(path))
    if (name.startsWith('.')) rmSync(join(path, name), {recursive: true, force: true});
}

/** Does what writes to a folder; a failure says where and what to do. */
function writing(path: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `quickstart: cannot write to ${path} (${reason}). It needs a folder that this user may write to, and a few ` +
        'megabytes.',
      {cause},
    );
  }
}

/** Makes a folder ready for a new run: what an earlier one left is removed, and `metrics.jsonl` is there, empty. */
export function createRunFolder(path: string): RunFolder {
  const metrics = join(path, 'metrics.jsonl');
  writing(path, () => {
    mkdirSync(path, {recursive: true});
    cleanRunFolder(path);
    for (const name of names) rmSync(join(path, name), {recursive: true, force: true});
  });
  // Closed by the process's end, as a run's is: every line is in the file once it is written.
  const log = jsonlWriter(metrics);
  return {
    path,
    record(record) {
      log.write(record);
    },
    write(name, content) {
      const temporary = join(path, `.${name}.part`);
      writing(path, () => {
        writeFileSync(temporary, content);
        renameSync(temporary, join(path, name));
      });
    },
    present: () => presentFiles(path),
  };
}
