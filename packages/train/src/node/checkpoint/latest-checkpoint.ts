import {dirname, join} from 'node:path';
import {checkValue, text} from '@contrastive/internal';
import {exists, listed} from './directories.js';
import {damageOf} from './read-record.js';
import {FILES} from './record.js';

/** Throws for a folder that has checkpoints elsewhere: where it is a run's, or is a checkpoint itself. */
async function refuseOther(folder: string): Promise<void> {
  const inRun = join(folder, 'checkpoints');
  const isCheckpoint = await exists(join(folder, FILES.record));
  if (!isCheckpoint && (await listed(inRun)).length === 0) return;
  const [what, remedy] = isCheckpoint
    ? ['a checkpoint itself', `give it to loadCheckpoint, or give ${dirname(folder)}`]
    : ['the folder of a run', `give ${inRun}`];
  throw new Error(`latestCheckpoint: expected a folder of checkpoints as folder, got ${folder}, ${what}; ${remedy}.`);
}

/**
 * The newest checkpoint in a folder that is as it was written: each of its files has its checksum. Says on the error
 * stream which newer ones are damaged, and leaves them as they are.
 *
 * @param folder Where the checkpoints of a run lie; it need not be there.
 * @returns Its path, or `undefined` where there is no checkpoint.
 * @throws `Error` where there are checkpoints and all of them are damaged, and for the folder of a run or of one
 * checkpoint.
 * @example
 * ```ts
 * const path = await latestCheckpoint('runs/a');
 * const {resume} = path === undefined ? {} : await loadCheckpoint(path, {method, optimizer});
 * ```
 */
export async function latestCheckpoint(folder: string): Promise<string | undefined> {
  checkValue('latestCheckpoint', 'folder', folder, text);
  const damaged: string[] = [];
  for (const {name} of await listed(folder)) {
    const damage = await damageOf(join(folder, name));
    if (damage === undefined) return join(folder, name);
    damaged.push(`${name} (${damage})`);
    process.stderr.write(`contrastive: the checkpoint ${join(folder, name)} is damaged, ${damage}\n`);
  }
  if (damaged.length === 0) {
    await refuseOther(folder);
    return undefined;
  }
  throw new Error(
    `latestCheckpoint: expected a checkpoint as it was written in ${folder}, got ${damaged.join(', ')}; restore one ` +
      'from a copy, or begin in another folder.',
  );
}
