import {randomUUID} from 'node:crypto';
import {rename, rm, stat, writeFile} from 'node:fs/promises';
import {reasonOf} from '@contrastive/internal';
import type {Outcome} from './duel.js';
import type {Row} from './rows.js';

/**
 * One row, measured. Times are medians of seconds a step, or a view; memory is the process's peak, in units of 10⁶
 * bytes, whole and above what it had just before its first step.
 */
export interface Result {
  readonly name: string;
  readonly peer: string;
  readonly oursSeconds: number;
  /** Null where the peer cannot run here, as are the other figures of the peer. */
  readonly peerSeconds: number | null;
  /** `oursSeconds / peerSeconds`: below 1 ours is faster. */
  readonly ratio: number | null;
  readonly oursMegabytes: number;
  readonly peerMegabytes: number | null;
  readonly oursMegabytesAbove: number;
  readonly peerMegabytesAbove: number | null;
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

/** What a row reports. */
export function toResult({name, peer: peerName}: Pick<Row, 'name' | 'peer'>, {ours, peer}: Outcome): Result {
  const measured = 'event' in peer ? undefined : peer;
  return {
    name,
    peer: peerName,
    oursSeconds: ours.seconds,
    peerSeconds: measured?.seconds ?? null,
    ratio: measured === undefined ? null : ours.seconds / measured.seconds,
    oursMegabytes: megabytes(ours.bytes),
    peerMegabytes: measured === undefined ? null : megabytes(measured.bytes),
    oursMegabytesAbove: megabytes(ours.bytesAbove),
    peerMegabytesAbove: measured === undefined ? null : megabytes(measured.bytesAbove),
  };
}

/**
 * Throws unless a file could be written, before minutes are measured; what is there stays.
 *
 * @throws Error that says why not.
 */
export async function requireWritable(file: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, '');
    await rm(temporary);
    if ((await stat(file).catch(() => undefined))?.isDirectory()) throw new Error('it is a directory');
  } catch (cause) {
    throw new Error(
      `bench: expected a file that can be written as --json, got ${file} (${reasonOf(cause)}); give another.`,
      {cause},
    );
  }
}

/** Writes results as JSON; the file is there in whole or not at all. */
export async function writeResults(file: string, results: readonly object[]): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(results, null, 2)}\n`);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, {force: true});
    throw error;
  }
}

const headings = ['row', 'peer', 'ours s', 'peer s', 'ratio', 'ours MB', 'peer MB', 'ours +MB', 'peer +MB'];
/** The first columns are text, to the left; the others are numbers, to the right. */
const textColumns = 2;

/** A number with a fixed number of decimals, or a dash for none. */
function fixed(value: number | null, decimals: number): string {
  return value === null ? '–' : value.toFixed(decimals);
}

/** Seconds: a step takes some, a view a fraction of a thousandth. */
function seconds(value: number | null): string {
  return fixed(value, value !== null && value < 0.01 ? 6 : 3);
}

/** The results as an aligned table, a line each. */
export function formatTable(results: readonly Result[]): string {
  const lines = [
    headings,
    ...results.map(({name, peer, oursSeconds, peerSeconds, ratio, ...memory}) => [
      name,
      peer,
      seconds(oursSeconds),
      seconds(peerSeconds),
      fixed(ratio, 2),
      fixed(memory.oursMegabytes, 0),
      fixed(memory.peerMegabytes, 0),
      fixed(memory.oursMegabytesAbove, 0),
      fixed(memory.peerMegabytesAbove, 0),
    ]),
  ];
  const widths = headings.map((_, column) => Math.max(...lines.map(line => line[column].length)));
  const rule = widths.map(width => '─'.repeat(width));
  const aligned = lines.map(line =>
    line.map((cell, column) => (column < textColumns ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))),
  );
  return [aligned[0], rule, ...aligned.slice(1)].map(line => line.join('  ').trimEnd()).join('\n');
}
