import type {StreamSource} from '@contrastive/data';
import {checkOptions, checkValue, flag, integer, list, text, type Rules} from '@contrastive/internal';
import {badImages} from './bad-images.js';
import {decodersOf, encodedRules, type EncodedOptions} from './encoded/encoded-source.js';
import {findShards, fingerprint} from './web-dataset/find-shards.js';
import {runPass} from './web-dataset/pass.js';
import {readPosition} from './web-dataset/position.js';

/** Options of `webDataset`. */
export interface WebDatasetOptions extends EncodedOptions {
  /**
   * A new order each epoch; else the shards one after the other as they were given, whatever `interleave` and
   * `shuffleBuffer` say.
   */
  readonly shuffle?: boolean;
  /** How many shards are open at once and read in turn. */
  readonly interleave?: number;
  /**
   * From how many samples that wait, encoded, the next one is drawn; 0 keeps them in the order in which they are read.
   */
  readonly shuffleBuffer?: number;
  /** The most bytes of images that may wait in the buffer; more is an error. */
  readonly memory?: number;
  /** The field of a sample's `.json` file that is its label, where it has no `.cls` file. */
  readonly labelKey?: string;
  /** Name of each class, by its number. */
  readonly classNames?: readonly string[];
}

const rules: Rules<WebDatasetOptions> = {
  ...encodedRules,
  shuffle: flag,
  interleave: integer({least: 1}),
  shuffleBuffer: integer({least: 0}),
  memory: integer({least: 1}),
  labelKey: text,
  classNames: list(text),
};

/**
 * Opens tar shards in the format of WebDataset (https://github.com/webdataset/webdataset), plain or gzipped, as a
 * stream of images. Nothing is read yet, and nothing ever unpacked to disk; a pass holds some chunks of each open shard
 * and the samples in its buffer.
 *
 * A sample is the consecutive files of one key, which is the path in the shard up to the first dot of the base name
 * that no digit follows (`22.05.1` of `22.05.1.png`). Its image is the first file that ends in `.jpg`, `.jpeg`, `.png`,
 * `.webp`, `.avif`, `.gif`, `.tif` or `.tiff`; what has none is no sample. Its label, a whole number from 0, is its
 * `.cls` file, else a field of its `.json` file; a sample without one has no `label`. Files of other endings and hidden
 * ones are passed over. An image is known by `shard/key`, where the shard is its base name, or its path
 * below the directory that all shards share where they lie in several; keys that come again in a shard are kept.
 *
 * The order is a function of seed, epoch, shards and the three options that mix. A pass goes on from a saved position
 * without reading the shards again that it was done with.
 *
 * Damaged shards are used up to the damage and listed in `bad`, as are files whose names lead out of the shard, links,
 * images that cannot be decoded, a second image of a key and such as `1.mask.png`, and labels that are none or lie
 * apart from their image. With `strict` the first of these is an error. A pass that finds no image at all is
 * one always.
 *
 * @param shards Paths of local files; `{000..127}` is a range, `{train,extra}` a choice.
 * @throws TypeError when a path is a URL or no string or an option is unknown; RangeError when an option or a range is
 * wrong, or a shard comes twice; Error when a shard is missing. `samples` throws a RangeError for a seed or an epoch
 * that is not a whole number and an Error for the position of another pass.
 * @example
 * const train = await webDataset('shards/train-{000..127}.tar');
 * for await (const views of twoViews(train, {augment, batchSize: 256, seed: 1, epochs: 100})) disposeViews(views);
 * await train.close();
 */
export async function webDataset(
  shards: string | readonly string[],
  options: WebDatasetOptions = {},
): Promise<StreamSource> {
  checkOptions('webDataset', options, rules);
  const {shuffle = true, interleave = 4, shuffleBuffer = 1000, memory = 2 ** 31, labelKey = 'label'} = options;
  const bad = badImages('webDataset', options);
  const setup = {shards: await findShards('webDataset', shards), labelKey, memory, bad};
  const {channels, decoders} = decodersOf(options);
  const running = new Set<AsyncGenerator>();
  // In the order of the shards none is mixed with another.
  const mixing = shuffle ? {interleave, shuffleBuffer} : {interleave: 1, shuffleBuffer: 0};
  const order = {shards: fingerprint(setup.shards), shuffle, ...mixing};
  return {
    channels,
    ...(options.classNames && {classNames: options.classNames}),
    bad: bad.list,
    samples: ({seed, epoch, position}) => {
      checkValue('samples', 'seed', seed, integer());
      checkValue('samples', 'epoch', epoch, integer({least: 0}));
      const key = {seed, epoch, ...order};
      const from = position && readPosition(position, key);
      return {
        async *[Symbol.asyncIterator]() {
          const pass = runPass(key, setup, from);
          running.add(pass);
          try {
            yield* pass;
            if (running.has(pass)) return;
            throw new Error(
              'webDataset: expected an open source, got one that was closed during a pass; close it when the run is ' +
                'over.',
            );
          } finally {
            running.delete(pass);
          }
        },
      };
    },
    views: async (samples, request) => {
      const images = samples.map(({path, bytes}) => ({path, bytes})); // without the positions
      const result = await decoders.views(images, request);
      bad.note(samples.length, result.bad);
      return result;
    },
    close: async () => {
      const cut = [...running];
      running.clear();
      await Promise.all(cut.map(pass => pass.return(undefined)));
      await decoders.close();
    },
  };
}
