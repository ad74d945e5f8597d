import type {BadImage} from '../source.js';

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

/** The bad images of a source, each once. */
export interface BadImages {
  readonly list: readonly BadImage[];
  /** Notes which of the images that were tried are bad. Throws an Error where the options allow no more. */
  note(indices: Int32Array, bad: readonly (BadImage & {readonly position: number})[]): void;
}

/** How many images are tried before their share counts. */
const LEAST_TRIED = 100;
const [TRIED, BAD] = [1, 2];

/**
 * Creates the record of the bad images among `length`, and of those that are no image of the source (`known`), which do
 * not count.
 *
 * @throws RangeError when `mostBad` lies outside [0, 1].
 */
export function badImages(
  where: string,
  length: number,
  {strict = false, mostBad = 0.5}: BadImagesOptions,
  known: readonly BadImage[] = [],
): BadImages {
  if (!(mostBad >= 0 && mostBad <= 1)) throw new RangeError(`${where}: expected mostBad from 0 to 1, got ${mostBad}.`);
  const list = [...known];
  const states = new Uint8Array(length);
  let [tried, met] = [0, 0];
  const note: BadImages['note'] = (indices, bad) => {
    for (const index of indices) {
      if (states[index] === 0) {
        states[index] = TRIED;
        tried++;
      }
    }
    for (const {position, path, reason} of bad) {
      const index = indices[position];
      if (states[index] === BAD) continue;
      states[index] = BAD;
      met++;
      list.push({path, reason});
    }
    if (strict && bad.length > 0) {
      const [{path, reason}] = bad;
      throw new Error(
        `${where}: ${path} cannot be used: ${reason}; repair it or take it out, or leave out such images with ` +
          'strict: false.',
      );
    }
    if (tried >= Math.min(length, LEAST_TRIED) && met > mostBad * tried) {
      const examples = list.slice(known.length, known.length + 3).map(({path, reason}) => `${path}: ${reason}`);
      throw new Error(
        `${where}: ${met} of the ${tried} images tried so far cannot be used, ${percent(met / tried)}, which is ` +
          `more than mostBad, ${percent(mostBad)}; ` +
          `check the data, or raise mostBad. The first: ${examples.join('; ')}.`,
      );
    }
  };
  return {list, note};
}

const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`;
