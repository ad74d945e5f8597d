import {readFile} from 'node:fs/promises';
import {join} from 'node:path';

/** Pictures of each part, as their paths in the folder with `/`. */
export interface Split {
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
}

/** Pictures of a class, and how many go where by the first split. */
export type Counts = Readonly<Record<'pictures' | keyof Split, number>>;

/** What is known of a prepared folder, which lies in it as JSON. */
export interface SetRecord {
  /** Where the pictures are from: packages with their versions. */
  readonly from: readonly string[];
  readonly licence: string;
  /** Height and width of each picture. */
  readonly size: number;
  /** What the splits were drawn with. */
  readonly seed: number;
  /** Pictures that are variants of each other are a group, which is in one part. */
  readonly groups: number;
  readonly classes: Readonly<Record<string, Counts>>;
  /** By name; the first is the usual one. */
  readonly splits: Readonly<Record<string, Split>>;
}

/** The name of the record in a folder. */
export const RECORD = 'splits.json';

/** Reads the record of a prepared folder. */
export async function readRecord(directory: string): Promise<SetRecord> {
  return JSON.parse(await readFile(join(directory, RECORD), 'utf8')) as SetRecord;
}
