import {basename, dirname, resolve} from 'node:path';
import type {Source} from '@contrastive/data';
import {imageFiles} from '@contrastive/image-files';
import {extractFeatures, nearest, prepareBank, selectRows, type Features} from '@contrastive/linear-probe';
import type {Indexed} from '../data/feature-index.js';
import type {Data} from '../data/open-data.js';
import type {OpenedEncoder} from '../encoder/open-encoder.js';
import {visible} from '../escape/html.js';
import {shownName} from '../plain-page/links.js';
import type {Shown} from './browser/engine.js';

/** Finds images by others. */
export interface Finder {
  /** An image by its number. */
  shown(image: number): Shown;
  /** The images nearest to one of them, without itself. */
  near(image: number): Promise<Shown[]>;
  /**
   * The images nearest to one that is given as JPEG, PNG, …
   *
   * @throws UnreadableError for what is none.
   */
  nearBytes(bytes: Uint8Array): Promise<Shown[]>;
}

/** What was given is no image that can be read. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** What images are called on pages that others may see: nothing of where the images lie is told. */
export function namesOf(data: Data<Source>, {indices}: Indexed): (image: number) => string {
  const folder = `${dirname(data.spec)}/`;
  return image => visible(shownName(data.source.nameOf(indices[image]), data).replaceAll(folder, ''));
}

/** What the images, or an encoder, are called on pages; of a folder `photos/encoder` that is `photos`. */
export function titleOf(path: string): string {
  const whole = resolve(path);
  const name = basename(whole);
  return visible((name === 'encoder' ? basename(dirname(whole)) : name) || path);
}

/** Makes what finds the `k` images of `bank` nearest to others. */
export function createFinder(
  {encoder, preparation}: OpenedEncoder,
  bank: Indexed,
  data: Data<Source>,
  k: number,
): Finder {
  const nameOf = namesOf(data, bank);
  const prepared = prepareBank(bank);
  const shown = (image: number): Shown => ({image, name: nameOf(image)});
  const find = async (query: Features, count: number): Promise<Shown[]> => {
    const {rows, similarities} = await nearest(prepared, query, count);
    return Array.from(rows, (row, i) => ({...shown(row), similarity: similarities[i]}));
  };
  return {
    shown,
    near: async image => {
      const found = await find(selectRows(bank, [image]), k + 1);
      return found.filter(hit => hit.image !== image).slice(0, k);
    },
    nearBytes: async bytes => {
      const {channels} = preparation;
      const source = await imageFiles([{path: 'the image', bytes}], {channels, workers: 0});
      try {
        return await find(await extractFeatures(encoder, source), k);
      } catch (cause) {
        const bad = source.bad.at(0);
        if (bad === undefined) throw cause;
        throw new UnreadableError(`This cannot be read as an image: ${bad.reason}.`, {cause});
      } finally {
        await source.close();
      }
    },
  };
}
