import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {readFile, stat} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {reasonOf} from '@contrastive/internal';
import {FILES, FORMAT, type CheckpointRecord} from './record.js';

/** The checksum of a file. */
async function sumOf(path: string): Promise<string> {
  const sum = createHash('sha256');
  for await (const chunk of createReadStream(path, {highWaterMark: 1 << 20})) sum.update(chunk as Buffer);
  return sum.digest('hex');
}

/** What was found sound by this process, with the files' times and sizes then: each is summed once. */
const sound = new Map<string, string>();
/** What was not. */
const damaged = new Set<string>();

/** Whether this process has found a checkpoint damaged; nothing is read. */
export const isKnownDamaged = (directory: string): boolean => damaged.has(resolve(directory));

/** A checkpoint was written there, whatever was there before. */
export function noteWritten(directory: string): void {
  damaged.delete(resolve(directory));
}

async function stamp(directory: string): Promise<string> {
  const stats = await Promise.all(Object.values(FILES).map(name => stat(join(directory, name))));
  return stats.map(({mtimeMs, size, ino}) => [mtimeMs, size, ino].join()).join(' ');
}

/** Why a checkpoint cannot be used, or nothing where it is as it was written. */
export async function damageOf(directory: string): Promise<string | undefined> {
  const damage = await findDamage(directory);
  if (damage === undefined) damaged.delete(resolve(directory));
  else damaged.add(resolve(directory));
  return damage;
}

async function findDamage(directory: string): Promise<string | undefined> {
  try {
    const now = await stamp(directory);
    if (sound.get(directory) === now) return undefined;
    const text = await readFile(join(directory, FILES.sums), 'utf8');
    const sums = new Map(
      text
        .split('\n')
        .filter(line => line !== '')
        .map(line => [line.slice(66), line.slice(0, 64)]),
    );
    for (const name of [FILES.record, FILES.state]) {
      const [written, found] = [sums.get(name), await sumOf(join(directory, name))];
      if (written !== found) return `${name} is not as it was written`;
    }
    sound.set(directory, now);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/**
 * The record of a checkpoint.
 *
 * @throws Error where there is none, or one of a newer format or without.
 */
export async function readRecord(directory: string): Promise<CheckpointRecord> {
  const record: unknown = JSON.parse(await readFile(join(directory, FILES.record), 'utf8'));
  const {format} = Object(record) as Partial<CheckpointRecord>;
  if (typeof format !== 'number') {
    throw new Error(
      `loadCheckpoint: expected a checkpoint as it was written, got ${directory}, whose ${FILES.record} has no ` +
        'format; give another, for example that of latestCheckpoint.',
    );
  }
  if (format > FORMAT) {
    throw new Error(
      `loadCheckpoint: expected a checkpoint of format ${FORMAT}, got ${format} in ${directory}; update ` +
        '@contrastive/train.',
    );
  }
  return record as CheckpointRecord; // as saveCheckpoint wrote it: its checksum was compared
}
