import {printableLines} from '../escape/terminal.js';
import type {Told} from '../program/report-error.js';
import {createProgress, type Progress, type ProgressOptions} from './progress.js';

/** Where text goes: what is used of `process.stdout`. */
export interface Stream {
  /** Whether lines can be written over. */
  readonly isTTY?: boolean;
  /** Writes text. */
  write(text: string): unknown;
}

/** What a program reads with `--json`: one a line, each with what it is. */
export interface JsonRecord {
  readonly event: string;
  readonly [key: string]: unknown;
}

/** What a command has to say, to people or, with `--json`, to programs. */
export interface Output {
  /** Whether programs read it. */
  readonly json: boolean;
  /** Lines for people, on the output; nothing with `--json`. What a terminal would obey is made harmless. */
  say(text: string): void;
  /** A remark beside the results, on the error stream. */
  note(text: string): void;
  /** A record for programs; nothing without `--json`. */
  record(record: JsonRecord): void;
  /** Why the command failed. */
  error(told: Told & {readonly exitCode: number}): void;
  /** Shows how something long goes on. */
  progress(options: ProgressOptions): Progress;
}

/** Makes the {@link Output} of a command. */
export function createOutput(
  json: boolean,
  out: Stream = process.stdout,
  errors: Stream & {readonly columns?: number} = process.stderr,
): Output {
  const note = (text: string): void => {
    errors.write(`${printableLines(text)}\n`);
  };
  const output: Output = {
    json,
    say: text => {
      if (!json) out.write(`${printableLines(text)}\n`);
    },
    note,
    record: record => {
      if (json) out.write(`${JSON.stringify(record)}\n`);
    },
    error: ({reason, remedy, exitCode}) => {
      if (json) output.record({event: 'error', reason, remedy, exitCode});
      else note(remedy === undefined ? reason : `${reason}\n${remedy}`);
    },
    progress: options => createProgress(options, output, errors),
  };
  return output;
}

/** The same for a process whose like tells all: it says nothing but why it failed. */
export const quiet = (output: Output): Output => ({
  ...output,
  say: () => undefined,
  note: () => undefined,
  record: () => undefined,
  progress: () => ({update: () => undefined, stop: () => undefined}),
});
