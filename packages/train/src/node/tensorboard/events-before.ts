import {existsSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {replaceFile, touching} from '../growing-file.js';
import {readEvent} from './event.js';
import {readRecords} from './records.js';

/** How the names of event files begin. */
export const PREFIX = 'events.out.tfevents.';

/** The event files of a folder, in the order in which TensorBoard reads them. */
export const eventFiles = (where: string, folder: string): string[] =>
  touching(where, 'read', folder, () =>
    existsSync(folder) ? readdirSync(folder).filter(name => name.startsWith(PREFIX)) : [],
  ).sort();

/** What is to stay of a file. */
interface Kept {
  readonly path: string;
  readonly content: Buffer;
  /** Whether anything is to go. */
  readonly shorter: boolean;
  /** Whether no event stays but that of the file's version. */
  readonly empty: boolean;
}

function keptOf(where: string, path: string, from: number): Kept {
  const bytes = touching(where, 'read', path, () => readFileSync(path));
  const {records, damagedAt} = readRecords(bytes);
  const heads = records.map(({content}) => readEvent(content));
  const strange = heads.indexOf(undefined);
  const lengths = records.slice(0, strange === -1 ? undefined : strange).map(({framed}) => framed.length);
  const wrongAt = strange === -1 ? damagedAt : lengths.reduce((sum, length) => sum + length, 0);
  if (wrongAt !== undefined) {
    throw new Error(
      `${where}: expected whole events in ${path}, got damage at byte ${wrongAt} of ${bytes.length}; move the ` +
        'file out of the folder to go on without it.',
    );
  }
  const staying = records.filter((_, i) => {
    const head = heads[i];
    return head !== undefined && (head.isVersion || head.step < from);
  });
  const content = Buffer.concat(staying.map(({framed}) => framed));
  const empty = heads.every(head => head === undefined || head.isVersion || head.step >= from);
  return {path, content, shorter: content.length < bytes.length, empty};
}

/**
 * Leaves in the event files of a folder the events of steps below `from`, and no file without any. Each file that
 * changes is written beside its place and renamed, so that an end at any moment loses nothing that stays.
 *
 * @param where Whose files these are: what messages begin with.
 * @throws `Error` for a damaged file, before anything changes.
 */
export function keepEventsBefore(where: string, folder: string, from: number): void {
  const all = eventFiles(where, folder).map(name => keptOf(where, join(folder, name), from));
  for (const {path, content, shorter, empty} of all) {
    if (empty) {
      touching(where, 'remove', path, () => {
        rmSync(path);
      });
    } else if (shorter) {
      replaceFile(where, path, join(folder, '.events.part'), content); // a name that TensorBoard does not read
    }
  }
}
