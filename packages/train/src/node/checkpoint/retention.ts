import {join} from 'node:path';
import {flag, reasonOf, required, text, type Rules} from '@contrastive/internal';
import {listed, remove, type Named} from './directories.js';
import {isKnownDamaged, readRecord} from './read-record.js';

/** Which checkpoints stay. */
export interface Retention {
  /**
   * How many checkpoints stay, the newest ones; an integer from 1 on, 3 by default. Those that this process found
   * damaged do not count, and go when all that stay are newer.
   */
  readonly keep?: number;
  /**
   * Besides, the one stays whose number of this name, of the record or of `metrics`, is the lowest, or the highest. One
   * without such a number is saved, and is not the best.
   */
  readonly best?: {readonly metric: string; readonly higher?: boolean};
}

/** What may be said of the best one. */
export const bestRules: Rules<NonNullable<Retention['best']>> = {metric: required(text), higher: flag};

/** Removes what does not stay, now that `present` is there; what cannot be removed is told and left. */
export async function removeOld(folder: string, present: Named, {keep = 3, best}: Retention): Promise<void> {
  const all = await listed(folder);
  // Those of more steps are of a run that was gone back from: they go only as others do.
  const upToNow = all.filter(({steps}) => steps <= present.steps);
  const sound = upToNow.filter(({name}) => !isKnownDamaged(join(folder, name))).slice(0, keep);
  const newest = upToNow.slice(0, upToNow.indexOf(sound[sound.length - 1]) + 1);
  const later = all.filter(({steps}) => steps > present.steps);
  const stay = new Set([...newest, ...later].map(({name}) => name));
  if (best) {
    const sign = best.higher === true ? -1 : 1;
    let [found, lowest] = ['', Infinity];
    for (const {name} of all) {
      if (isKnownDamaged(join(folder, name))) continue;
      const record = await readRecord(join(folder, name)).catch(() => undefined); // a damaged one is not the best
      const value = sign * (record?.metrics[best.metric] ?? NaN);
      if (value < lowest) [found, lowest] = [name, value];
    }
    stay.add(found);
  }
  for (const {name} of all) {
    if (stay.has(name)) continue;
    await remove(folder, name).catch((error: unknown) => {
      process.stderr.write(`contrastive: cannot remove the old checkpoint ${join(folder, name)}: ${reasonOf(error)}\n`);
    });
  }
}
