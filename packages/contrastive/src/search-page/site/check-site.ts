import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {reasonOf} from '@contrastive/internal';
import {namesIn, tryReplacing} from '@contrastive/internal/node';
import {UsageError} from '../../program/usage-error.js';
import {GENERATOR} from '../shell.js';

/** What a site has. */
const OURS = /^(index\.html|(site|encoder|about|model)\.js|(features|weights|wasm)-\d+\.js|(cover|sheet-\d+)\.webp)$/;

/**
 * Throws unless a site can be written there: a new or empty folder, or one that this command wrote, where it may be
 * replaced.
 *
 * @param where What messages begin with.
 * @throws UsageError that says what is in the way.
 */
export async function checkSite(where: string, folder: string, overwrite: boolean): Promise<void> {
  const refuse = (got: string, advice: string, cause?: unknown): never => {
    const expected = `${where}: expected a new or empty folder, or a site of this command, as --site`;
    throw new UsageError(`${expected}, got ${folder}${got}; ${advice}.`, {cause});
  };
  let names: readonly string[] = [];
  try {
    names = await namesIn(folder);
  } catch (cause) {
    refuse(`, which cannot be read (${reasonOf(cause)})`, 'give another', cause);
  }
  if (names.length > 0) {
    const other = names.find(name => !OURS.test(name));
    if (other !== undefined) refuse(` with ${other} in it`, 'give another');
    const page = await readFile(join(folder, 'index.html'), 'utf8').catch(() => '');
    if (!page.includes(GENERATOR)) refuse(' with files of others in it', 'give another');
    if (!overwrite) refuse(' with a site in it', 'give another, or --overwrite');
  }
  try {
    await tryReplacing(folder);
  } catch (cause) {
    refuse(`, which cannot be written (${reasonOf(cause)})`, 'give one in a folder that this user may write to', cause);
  }
}
