import type {BadImage} from '@contrastive/data';
import type {Shard} from './find-shards.js';
import type {Located} from './locate-images.js';

/** What was found in shards: the images in their order, and what was left out. */
export interface Places {
  readonly images: readonly Located[];
  readonly bad: readonly BadImage[];
}

/** What text has of them: what was looked for where, too. */
interface Kept extends Places {
  readonly labelKey: string;
  readonly shards: readonly Shard[];
}

/** Places as text, for {@link placesFrom}. */
export const placesText = (places: Places, shards: readonly Shard[], labelKey: string): string =>
  JSON.stringify({labelKey, shards, ...places} satisfies Kept);

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

/** Whether something lies in one of so many shards. */
const isLocated = (one: Partial<Located> | null, shards: number): boolean =>
  isCount(one?.shard) &&
  Number(one?.shard) < shards &&
  typeof one?.name === 'string' &&
  typeof one.file === 'string' &&
  isCount(one.offset) &&
  isCount(one.size) &&
  (one.label === undefined || isCount(one.label));

const isBad = (one: Partial<BadImage> | null): boolean =>
  typeof one?.path === 'string' && typeof one.reason === 'string';

const areAll = <T>(list: readonly T[] | undefined, holds: (one: T) => boolean): boolean =>
  Array.isArray(list) && list.every(holds);

/**
 * The places in shards by a text that was kept; undefined where it is none, or where shards have changed since. One
 * that could not be read to its end may be readable now, so then too.
 */
export function placesFrom(text: string, shards: readonly Shard[], labelKey: string): Places | undefined {
  try {
    const kept = JSON.parse(text) as Kept; // as is checked here
    const files = new Set(shards.map(({file}) => file));
    const fits =
      kept.labelKey === labelKey &&
      JSON.stringify(kept.shards) === JSON.stringify(shards) &&
      areAll(kept.images, one => isLocated(one, shards.length)) &&
      areAll(kept.bad, one => isBad(one) && !files.has(one.path));
    return fits ? kept : undefined;
  } catch {
    return undefined; // no JSON, or nothing with members
  }
}
