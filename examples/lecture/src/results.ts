import {existsSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {keyOf, type Cell} from './cells.js';
import type {Claim, Training} from './experiment.js';

/** What is known of a claim that ran: all that its tables and pictures are drawn from. */
export interface Result {
  readonly claim: string;
  /** Whether figures mean nothing. */
  readonly quick: boolean;
  /** What it ran on. */
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: readonly {readonly id: string; readonly training: Training; readonly cells: readonly Cell[]}[];
}

const pathOf = (folder: string, claim: string): string => join(folder, `${claim}.json`);

/** The result of a claim in a folder; undefined where there is none. */
export function readResult(folder: string, claim: string): Result | undefined {
  const path = pathOf(folder, claim);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Result) : undefined; // as `writeResult` wrote it
}

/** Writes a result whole or not at all, a line for each cell, so that changes can be read. */
export function writeResult(folder: string, {settings, ...about}: Result): void {
  const parts = settings.map(({cells, ...setting}) => {
    const lines = cells.map(cell => `   ${JSON.stringify(cell)}`).join(',\n');
    return `  ${JSON.stringify(setting).slice(0, -1)},"cells":[\n${lines}\n  ]}`;
  });
  const text = `${JSON.stringify(about).slice(0, -1)},"settings":[\n${parts.join(',\n')}\n]}\n`;
  mkdirSync(folder, {recursive: true});
  const part = join(folder, `.${about.claim}.json.part`);
  writeFileSync(part, text);
  renameSync(part, pathOf(folder, about.claim));
}

/** Whether a result is of these settings of a claim, all of them. */
export const isOf = (result: Result, {settings}: Claim): boolean =>
  settings.every(({id, training}) => {
    const own = result.settings.find(setting => setting.id === id);
    return own !== undefined && own.cells.length > 0 && own.cells.every(({key, seed}) => key === keyOf(training, seed));
  });
