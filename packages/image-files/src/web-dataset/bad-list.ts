import type {BadImagesOptions} from '../encoded/bad-images.js';
import type {BadImage} from '../source.js';

/** What is bad in a stream, each path once. */
export interface BadList {
  readonly list: readonly BadImage[];
  /** Notes a damaged shard or a file in it that is left out. */
  readonly report: (path: string, reason: string) => void;
  /**
   * Notes that `tried` images were decoded, and which of them are bad. Throws an Error where the options allow no more.
   */
  note(tried: number, bad: readonly BadImage[]): void;
  /** Throws an Error when something is bad and nothing may be. */
  check(): void;
}

/** How many images are tried before their share counts. */
const LEAST_TRIED = 100;

/**
 * Creates the list. Unlike the sources that have an index, it cannot tell images that come again in a later pass from
 * others without keeping all keys: the share is of the tries.
 *
 * @throws RangeError when `mostBad` lies outside [0, 1].
 */
export function createBadList({strict = false, mostBad = 0.5}: BadImagesOptions): BadList {
  if (!(mostBad >= 0 && mostBad <= 1))
    throw new RangeError(`webDataset: expected mostBad from 0 to 1, got ${mostBad}.`);
  const known = new Set<string>();
  const list: BadImage[] = [];
  let tries = 0;
  let met = 0;
  const report = (path: string, reason: string) => {
    if (known.has(path)) return;
    known.add(path);
    list.push({path, reason});
  };
  const check = () => {
    if (!strict || list.length === 0) return;
    const [{path, reason}] = list;
    throw new Error(
      `webDataset: ${path} cannot be used: ${reason}; repair it or take it out, or leave out what is bad with ` +
        'strict: false.',
    );
  };
  return {
    list,
    report,
    check,
    note: (tried, bad) => {
      for (const {path, reason} of bad) report(path, reason);
      tries += tried;
      met += bad.length;
      check();
      if (tries >= LEAST_TRIED && met > mostBad * tries) {
        throw new Error(
          `webDataset: ${met} of the ${tries} images tried so far cannot be used, which is more than mostBad, ` +
            `${mostBad}; check the data, or raise mostBad. ` +
            `The first: ${firstOf(list)}.`,
        );
      }
    },
  };
}

/** The first of what is bad, in words. */
export function firstOf(bad: readonly BadImage[]): string {
  return bad
    .slice(0, 3)
    .map(({path, reason}) => `${path}: ${reason}`)
    .join('; ');
}
