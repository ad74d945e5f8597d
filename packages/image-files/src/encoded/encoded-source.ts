import {availableParallelism} from 'node:os';
import type {BadImage, EncodedImage, Source} from '@contrastive/data';
import {checkIndices, imageChannels, integer, type Rules} from '@contrastive/internal';
import {badImages, badImagesRules, type BadImagesOptions} from '../bad-images.js';
import {createDecoders, type Decoders} from './decoders.js';

/** Options of every source of encoded images. */
export interface EncodedOptions extends BadImagesOptions {
  /** 3 (RGB, the default) or 1 (grey). */
  readonly channels?: 1 | 3;
  /** How many threads decode images and make views, by default one for each core; with 0 the thread that asks. */
  readonly workers?: number;
  /** Images of more pixels, by default 100 million, are bad; they are not decoded. */
  readonly mostPixels?: number;
}

export const encodedRules: Rules<EncodedOptions> = {
  ...badImagesRules,
  channels: imageChannels,
  workers: integer({least: 0}),
  mostPixels: integer({least: 1}),
};

/** What decodes images as the options say, with what they leave to the defaults. */
export function decodersOf({channels = 3, workers = availableParallelism(), mostPixels = 1e8}: EncodedOptions): {
  readonly channels: 1 | 3;
  readonly workers: number;
  readonly decoders: Decoders;
} {
  return {channels, workers, decoders: createDecoders({channels, workers, mostPixels})};
}

/** What `encodedSource` is made of. */
export interface EncodedSource extends Pick<Source, 'length' | 'labels' | 'classNames' | 'nameOf'> {
  /** Whose errors these are. */
  readonly where: string;
  /** Where image `index` is. */
  readonly locate: (index: number) => EncodedImage | Promise<EncodedImage>;
  /** What was found to be bad that is no image of the source. */
  readonly bad?: readonly BadImage[];
  /** Forgets what is kept in memory. */
  readonly clear?: () => void;
}

/**
 * Creates a source of encoded images, which are decoded when they are asked for. Bad images are left out, counted and
 * listed once each in `bad`.
 */
export function encodedSource(
  {where, length, labels, classNames, nameOf, locate, bad: known, clear}: EncodedSource,
  options: EncodedOptions,
): Source {
  const {channels, workers, decoders} = decodersOf(options);
  const bad = badImages(where, options, length, known);
  return {
    length,
    channels,
    ...(labels && {labels}),
    ...(classNames && {classNames}),
    nameOf,
    inThreads: workers > 0,
    views: async ({indices, ...request}) => {
      checkIndices('views', indices, length);
      const images = await Promise.all(Array.from(indices, async index => locate(index)));
      const result = await decoders.views(images, request);
      bad.note(indices, result.bad);
      return result;
    },
    bad: bad.list,
    close: async () => {
      clear?.();
      await decoders.close();
    },
  };
}
