import type {BadImage} from '@contrastive/data';
import {flag, number, type Rules} from '@contrastive/internal';

/**
 * Says of one image why it cannot be used; the message is that reason, without the image's path. Thrown by what reads
 * and decodes it, reported by `views`.
 */
export class BadImageError extends Error {
  override readonly name = 'BadImageError';
}

/** How a source deals with images that cannot be used. */
export interface BadImagesOptions {
  /** Reject at the first bad image, instead of leaving it out. */
  readonly strict?: boolean;
  /**
   * Reject once more than this part of the images that were tried is bad, in [0, 1]; after 100 images, or all where
   * there are fewer.
   */
  readonly mostBad?: number;
}

export const badImagesRules: Rules<BadImagesOptions> = {strict: flag, mostBad: number({least: 0, most: 1})};

/** What is bad in a source, each path once. */
export interface BadImages {
  readonly list: readonly BadImage[];
  /** Notes something bad that is no image which was tried; returns whether it is new. */
  readonly report: (path: string, reason: string) => boolean;
  /** Throws an Error when something was reported and nothing may be bad. */
  readonly check: () => void;
  /**
   * Notes which of the images that were tried are bad: those at `indices`, or, in a stream, that many. Throws an Error
   * where the options allow no more.
   */
  readonly note: (tried: Int32Array | number, bad: readonly BadImage[]) => void;
}

/** How many images are tried before their share counts. */
const LEAST_TRIED = 100;

/**
 * Creates the list of what is bad in a source.
 *
 * @param where What the messages begin with.
 * @param options What is allowed.
 * @param length How many images there are, each of which counts once; of a stream nobody knows, and each try counts,
 * because images that come again in a later pass cannot be told from others without keeping all keys.
 * @param known What is bad from the start and is no image.
 */
export function badImages(
  where: string,
  {strict = false, mostBad = 0.5}: BadImagesOptions,
  length?: number,
  known: readonly BadImage[] = [],
): BadImages {
  const list = [...known];
  const paths = new Set<string>();
  const seen = new Uint8Array(length ?? 0);
  let [tried, met] = [0, 0];

  const report = (path: string, reason: string): boolean => {
    if (paths.has(path)) return false;
    paths.add(path);
    list.push({path, reason});
    return true;
  };
  const refuse = (bad: readonly BadImage[]): void => {
    if (!strict || bad.length === 0) return;
    const [{path, reason}] = bad;
    throw new Error(
      `${where}: expected images that can be used, got ${path}: ${reason}; repair it or take it out, or ` +
        'leave out what is bad with strict: false.',
    );
  };
  return {
    list,
    report,
    check: () => {
      refuse(list.slice(known.length));
    },
    note: (images, bad) => {
      const fresh = bad.filter(({path, reason}) => report(path, reason));
      if (typeof images === 'number') {
        tried += images;
        met += bad.length;
      } else {
        for (const index of images) {
          tried += 1 - seen[index];
          seen[index] = 1;
        }
        met += fresh.length;
      }
      refuse(bad);
      if (tried < Math.min(length ?? Infinity, LEAST_TRIED) || met <= mostBad * tried) return;
      throw new Error(
        `${where}: expected at most ${percent(mostBad)} bad images, which is mostBad, got ${met} of the ${tried} ` +
          `tried so far, ${percent(met / tried)} (${firstOf(list.slice(known.length))}); check the data, or raise ` +
          'mostBad.',
      );
    },
  };
}

const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`;

/** The first of what is bad, in words; what to do is said behind it. */
export function firstOf(bad: readonly BadImage[]): string {
  return bad
    .slice(0, 3)
    .map(({path, reason}) => `${path}: ${reason}`)
    .join(', ');
}
