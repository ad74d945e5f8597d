import type {Pixels} from '@contrastive/augment';
import {
  advised,
  callable,
  checkIndices,
  checkOptions,
  imageChannels,
  integer,
  list,
  reasonOf,
  required,
  text,
  type Rule,
  type Rules,
} from '@contrastive/internal';
import {checkPixels} from './check-pixels.js';
import type {Source} from './source.js';
import {viewsOfPixels} from './views-of-pixels.js';

/** Images of one's own. */
export interface ImagesOptions {
  /** How many images there are. */
  readonly length: number;
  /** 1 (grey, the default) or 3 (RGB). */
  readonly channels?: 1 | 3;
  /**
   * The pixels of an image, its bytes `[height, width, channels]` of 0 to 255; not kept, so it may be the same memory
   * for each image. Called again whenever the image is needed.
   */
  readonly pixels: (index: number) => Pixels | Promise<Pixels>;
  /** Class of each image, `[length]`, where known. */
  readonly labels?: ArrayLike<number>;
  /** Name of each class, by its number, where known. */
  readonly classNames?: readonly string[];
  /** What errors call an image, by default its index. */
  readonly nameOf?: (index: number) => string;
}

/** What may be known of images, wherever they come from. */
export const knownRules: Readonly<Record<'channels' | 'labels' | 'classNames', Rule>> = {
  channels: imageChannels,
  labels: advised(
    list(integer({least: -(2 ** 31), below: 2 ** 31}), 'a list of integers'),
    'convert by Array.from(labels, Number)',
  ),
  classNames: list(text),
};

const rules: Rules<ImagesOptions> = {
  ...knownRules,
  length: required(integer({least: 0})),
  pixels: required(callable),
  nameOf: callable,
};

/**
 * Creates a source of one's own images: of what a program computes, receives or decodes. Where a batch is asked for,
 * images are asked for one after the other.
 *
 * @throws TypeError or RangeError when an option is missing, unknown or out of range. `views` rejects with an Error
 * that names the image and has the cause where `pixels` throws, and with a TypeError or RangeError where it gives
 * anything but bytes of that many channels.
 * @example
 * const white = new Uint8Array(32 * 32 * 3).fill(255);
 * const pixels = () => ({data: white, height: 32, width: 32, channels: 3} as const);
 * const source = fromImages({length: 1, channels: 3, pixels});
 */
export function fromImages(options: ImagesOptions): Source {
  checkOptions('fromImages', options, rules);
  const {length, channels = 1, pixels, labels, classNames, nameOf = String} = options;
  checkLabelCount('fromImages', labels, length);
  const failed = (index: number, cause: unknown) =>
    new Error(
      `fromImages: expected the pixels of image ${nameOf(index)}, got an error (${reasonOf(cause)}); mend pixels, or ` +
        'leave the image out by subset.',
      {cause},
    );
  const checked = (index: number, given: Pixels): Pixels => {
    checkPixels(`image ${nameOf(index)}`, given, channels);
    return given;
  };
  const pixelsOf = (index: number): Pixels | Promise<Pixels> => {
    let given: Pixels | Promise<Pixels>;
    try {
      given = pixels(index);
    } catch (cause) {
      throw failed(index, cause);
    }
    if (!(given instanceof Promise)) return checked(index, given);
    return given.then(
      image => checked(index, image),
      (cause: unknown) => {
        throw failed(index, cause);
      },
    );
  };
  let last: Promise<unknown> = Promise.resolve(); // images may share their memory, so one batch after the other
  return {
    length,
    channels,
    ...(labels && {labels: Int32Array.from(labels)}),
    ...(classNames && {classNames}),
    nameOf,
    inThreads: false,
    views: async request => {
      checkIndices('views', request.indices, length);
      const result = last.then(async () => viewsOfPixels({channels, nameOf, pixelsOf}, request));
      last = result.catch(() => undefined);
      return result;
    },
    bad: [],
    close: async () => undefined,
  };
}

/** Throws unless there is a label for each image, where there are any. */
export function checkLabelCount(where: string, labels: ArrayLike<number> | undefined, length: number): void {
  if (labels === undefined || labels.length === length) return;
  throw new RangeError(`${where}: expected a label for each of ${length} images as labels, got ${labels.length}.`);
}
