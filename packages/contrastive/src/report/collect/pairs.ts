import {evalAugment, type Augment} from '@contrastive/augment';
import {readImages, type Source} from '@contrastive/data';
import type {PairData} from '../data.js';
import {pictureUri} from './sheets.js';

/** How many images are shown with their views. */
const PAIRS = 8;

/** One image of each class in order of appearance, then the first ones: nobody picked the pretty ones. */
function firstOfEachClass(indices: readonly number[], labels?: Int32Array): number[] {
  const met = new Set<number>();
  const first = indices.filter(index => {
    if (!labels || met.has(labels[index])) return false;
    met.add(labels[index]);
    return true;
  });
  const chosen = new Set(first);
  return [...first, ...indices.filter(index => !chosen.has(index))].slice(0, PAIRS);
}

/**
 * Images with two views, made as in the first epoch of a training with this seed.
 *
 * @param indices Images that can be used.
 */
export async function makePairs(
  source: Source,
  augment: Augment,
  indices: readonly number[],
  seed: number,
): Promise<PairData[]> {
  const chosen = Int32Array.from(firstOfEachClass(indices, source.labels));
  const {views, sizes} = await source.views({
    indices: chosen,
    keys: chosen,
    augments: [augment, augment],
    stream: [seed, 0],
  });
  const {channels} = source;
  const view = (which: number, i: number) => {
    const [height, width] = sizes[which];
    const bytes = height * width * channels;
    return pictureUri(views[which].subarray(i * bytes, (i + 1) * bytes), {height, width, channels});
  };
  return Promise.all(
    Array.from(chosen, async (index, i) => ({
      name: source.nameOf(index),
      original: await originalUri(source, index),
      first: await view(0, i),
      second: await view(1, i),
    })),
  );
}

/** An image as it is, as data URI. */
export async function originalUri(source: Source, index: number): Promise<string> {
  const whole = source.size ? evalAugment() : evalAugment({size: 224, crop: 1});
  const {bytes, shape} = await readImages(source, [index], whole);
  return pictureUri(bytes, {height: shape[1], width: shape[2], channels: source.channels});
}
