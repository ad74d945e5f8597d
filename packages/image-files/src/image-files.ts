import type {EncodedImage, Source} from '@contrastive/data';
import {checkOptions, checkValue, either, kind, list, narrowed, text, type Rule} from '@contrastive/internal';
import {encodedRules, encodedSource, type EncodedOptions} from './encoded/encoded-source.js';

const imageRule = either(
  text,
  kind('{path, bytes}', value => {
    const {path, bytes} = Object(value) as Partial<Record<keyof EncodedImage, unknown>>;
    return typeof path === 'string' && (bytes === undefined || bytes instanceof Uint8Array);
  }),
);

const imagesRule: Rule = narrowed(
  list(imageRule, 'paths, or {path, bytes}, at least one,'),
  ({length}: readonly unknown[]) => length > 0,
);

/**
 * Opens images that are named one by one: files by their paths, or images in memory as JPEG, PNG, … with what reports
 * call them. They are decoded when they are asked for, as those of `imageFolder` are, and have no labels.
 *
 * Images that cannot be used are left out and listed in `bad`, each once.
 *
 * @throws TypeError or RangeError (a rejection, as all of them) when there is no image, or an option is unknown or out
 * of range. Reading rejects with an Error when too many images are bad (`mostBad`), or one (`strict`).
 * @example
 * const source = await imageFiles(['query.jpg', {path: 'pasted', bytes}]);
 */
export async function imageFiles(
  images: readonly (string | EncodedImage)[],
  options: EncodedOptions = {},
): Promise<Source> {
  checkValue('imageFiles', 'images', images, imagesRule);
  checkOptions('imageFiles', options, encodedRules);
  const places = images.map((one): EncodedImage => (typeof one === 'string' ? {path: one} : one));
  return encodedSource(
    {where: 'imageFiles', length: places.length, nameOf: index => places[index].path, locate: index => places[index]},
    options,
  );
}
