import type {Source} from '@contrastive/data';
import {checkOptions, list, text, type Rules} from '@contrastive/internal';
import {badImages, type BadImages} from './bad-images.js';
import {encodedRules, encodedSource, type EncodedOptions} from './encoded/encoded-source.js';
import {findShards, type Shard} from './web-dataset/find-shards.js';
import {locateImages} from './web-dataset/locate-images.js';
import {noImages} from './web-dataset/no-images.js';
import {placesFrom, placesText, type Places} from './web-dataset/places.js';
import {checkPlain, readPart} from './web-dataset/read-part.js';

/** Options of `shardImages`. */
export interface ShardImagesOptions extends EncodedOptions {
  /** The field of a sample's `.json` file that is its label, where it has no `.cls` file. */
  readonly labelKey?: string;
  /** Name of each class, by its number. */
  readonly classNames?: readonly string[];
  /**
   * Where the images lie, by `places()` of an earlier call: shards that are still as they were are not read again for
   * that. What does not fit is not used.
   */
  readonly places?: string;
}

/** The images of shards, in any order. */
export interface ShardImages extends Source {
  /** The paths of the shards. */
  readonly files: readonly string[];
  /** Where in the shards the images lie, as text to be kept for the next call. */
  places(): string;
}

const rules: Rules<ShardImagesOptions> = {...encodedRules, labelKey: text, classNames: list(text), places: text};

/** What is in shards, as it is known or found by reading; what is bad is noted. */
async function placesIn(shards: readonly Shard[], labelKey: string, bad: BadImages, known?: string): Promise<Places> {
  const places = known === undefined ? undefined : placesFrom(known, shards, labelKey);
  if (places === undefined) return {images: await locateImages(shards, labelKey, bad.report), bad: [...bad.list]};
  for (const {path, reason} of places.bad) bad.report(path, reason);
  return places;
}

/**
 * Opens plain tar shards in the format of WebDataset as images that can be had in any order, one shard after the other:
 * for measuring, searching and comparing. What a sample is, and what is left out, is as `webDataset` has it; a training
 * reads shards in their order by that.
 *
 * Each shard is read once now, to find where its images lie, unless `places` says it; then each image is read from
 * there when it is asked for. An image is known by `shard/key`, of several with one key the second by `shard/key (2)`.
 * Where each image has a label the source has labels. Images of a shard that changes meanwhile are bad ones.
 *
 * @param shards Paths of local files; `{000..127}` is a range, `{train,extra}` a choice.
 * @throws TypeError (a rejection, as all of them) when a path is a URL or no string or an option is unknown; RangeError
 * when an option or a range is wrong, or a shard comes twice; Error when a shard is missing or packed by gzip, when
 * there are no images, and with `strict` when anything is bad.
 * @example
 * const images = await shardImages('shards/test-{000..007}.tar');
 * const features = await extractFeatures(encoder, images);
 */
export async function shardImages(
  shards: string | readonly string[],
  options: ShardImagesOptions = {},
): Promise<ShardImages> {
  const where = 'shardImages';
  checkOptions(where, options, rules);
  const {labelKey = 'label', classNames, places} = options;
  const found = await findShards(where, shards);
  await checkPlain(where, found);
  const bad = badImages(where, options);
  const known = await placesIn(found, labelKey, bad, places);
  bad.check();
  const {images} = known;
  if (images.length === 0) throw noImages(where, found, bad.list);
  const labels = images.map(({label}) => label ?? -1);
  const source = encodedSource(
    {
      where,
      length: images.length,
      ...(!labels.includes(-1) && {labels: Int32Array.from(labels)}),
      ...(classNames && {classNames}),
      nameOf: index => images[index].name,
      locate: async index => {
        const {shard, file, offset, size} = images[index];
        return {path: `${found[shard].file}/${file}`, ...(await readPart(found[shard], offset, size))};
      },
      bad: bad.list,
    },
    options,
  );
  return {...source, files: found.map(({file}) => file), places: () => placesText(known, found, labelKey)};
}
