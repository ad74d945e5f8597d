import {hostname} from 'node:os';
import {join} from 'node:path';
import {checkOptions, checkValue, integer, isPlain, kind, object, text} from '@contrastive/internal';
import {growingFile, type GrowingFile} from '../growing-file.js';
import {resumeRules} from '../jsonl-writer.js';
import {imageEvent, scalarsEvent, startEvent, versionEvent} from './event.js';
import {eventFiles, keepEventsBefore, PREFIX} from './events-before.js';
import {pngRule, readPng} from './png.js';
import {toRecord} from './records.js';

/** Writes what TensorBoard shows. */
export interface TensorBoardWriter {
  /**
   * Adds the numbers of a record at its `step`, as scalars (float32; NaN and infinities too). Records in it are groups:
   * `{step: 3, metrics: {accuracy: 0.5}}` becomes the tag `metrics/accuracy`; texts are left out. All have left the
   * process on return; when they cannot be written whole, none of them stays.
   *
   * @throws `TypeError` for a value that is neither or no step, `RangeError` for a step below 0.
   */
  write(record: object): void;
  /**
   * Adds an image at a step, under a name (tag), as the bytes of a PNG.
   *
   * @throws `TypeError` for bytes of no PNG, `RangeError` for a step below 0.
   */
  image(step: number, tag: string, png: Uint8Array): void;
  /** Closes the file; again does nothing. */
  close(): void;
}

/** Options of {@link tensorBoardWriter}. */
export interface TensorBoardWriterOptions {
  /**
   * The first step of a resumed run, from 0 on: events of this and later steps go from the files that are in the
   * folder, so that each step stands there once; half an event at a file's end goes too. By default files that are
   * there stay as they are, and TensorBoard shows them with the new one.
   */
  readonly from?: number;
}

const where = 'tensorBoardWriter';
const stepRule = integer({least: 0});
const valueRule = kind('a number or a record of numbers', value => typeof value === 'number' || isGroup(value));

const isGroup = (value: unknown): value is object => object.judge(value) === undefined && isPlain(value as object);

/** The numbers of a record by tag; what is undefined counts as left out, and so do texts, which have no curve. */
function scalarsOf(record: object, prefix = ''): [tag: string, value: number][] {
  return Object.entries(record).flatMap(([name, value]: [string, unknown]): [string, number][] => {
    if (value === undefined || typeof value === 'string') return [];
    checkValue(`${where}.write`, prefix + name, value, valueRule);
    return isGroup(value) ? scalarsOf(value, `${prefix}${name}/`) : [[prefix + name, value as number]];
  });
}

/** Seconds since 1970. */
const now = (): number => Date.now() / 1000;

/** A new event file, called as TensorFlow's are, behind all that are there: TensorBoard reads them in order of name. */
function newFile(folder: string): GrowingFile {
  const names = eventFiles(where, folder);
  const taken = names.map(name => parseInt(name.slice(PREFIX.length), 10)).filter(seconds => !Number.isNaN(seconds));
  const seconds = Math.max(Math.floor(now()), ...taken.map(second => second + 1));
  const name = `${PREFIX}${String(seconds).padStart(10, '0')}.${hostname()}.${process.pid}.0`;
  return growingFile(where, join(folder, name), 'wx');
}

/**
 * A writer of TensorBoard's event files: scalars and images, shown by `tensorboard --logdir` while the run goes on.
 * Adds a file of its own to the folder, which it creates where it is missing.
 *
 * @param folder The folder of the run, of which TensorBoard shows one curve a tag.
 * @param options Options; see {@link TensorBoardWriterOptions}.
 * @returns The writer; the caller closes it.
 * @throws `TypeError` or `RangeError` for a bad option, `Error` when a file cannot be opened or written, with the
 * system's error as `cause`, and with `from` for one that is damaged before its end, before anything changes.
 * @example
 * ```ts
 * const board = tensorBoardWriter('runs/first');
 * for await (const record of train(options)) board.write(record);
 * board.close();
 * ```
 */
export function tensorBoardWriter(folder: string, options: TensorBoardWriterOptions = {}): TensorBoardWriter {
  checkValue(where, 'folder', folder, text);
  checkOptions(where, options, resumeRules);
  const {from} = options;
  if (from !== undefined) keepEventsBefore(where, folder, from);
  const file = newFile(folder);
  const add = (event: Uint8Array): void => {
    file.append(toRecord(event));
  };
  try {
    add(versionEvent(now()));
    // Twice: TensorBoard's slower loader (--load_fast=false) takes the first that it meets for the run's beginning.
    for (let i = 0; i < 2 && from !== undefined; i++) add(startEvent({wallTime: now(), step: from}));
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    write(record) {
      checkValue(`${where}.write`, 'record', record, object);
      const {step, ...values} = record as {readonly step: number};
      checkValue(`${where}.write`, 'step', step, stepRule);
      const scalars = scalarsOf(values);
      if (scalars.length > 0) add(scalarsEvent({wallTime: now(), step}, scalars));
    },
    image(step, tag, png) {
      checkValue(`${where}.image`, 'step', step, stepRule);
      checkValue(`${where}.image`, 'tag', tag, text);
      checkValue(`${where}.image`, 'png', png, pngRule);
      add(imageEvent({wallTime: now(), step}, tag, readPng(png)));
    },
    close() {
      file.close();
    },
  };
}
