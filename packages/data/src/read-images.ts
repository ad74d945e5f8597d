import {evalAugment, type Augment} from '@contrastive/augment';
import {augmentRule, checkIndices, checkValue} from '@contrastive/internal';
import {copyRow, emptyLike} from './batches/rows.js';
import {checkGiven, checkSource} from './check-source.js';
import type {Source} from './source.js';

/** Images that were looked at. */
export interface ReadImages {
  /** Those that can be used one after the other, as `shape` says, before normalisation; `toImages` makes a tensor. */
  readonly bytes: Uint8Array;
  readonly shape: readonly [count: number, height: number, width: number, channels: number];
  /** Where each of them stands in the indices that were asked for, ascending, `[count]`. */
  readonly positions: Int32Array;
}

/**
 * Looks at images as they are, or as a policy of evaluation makes them. Those that cannot be used are left out, and
 * listed in the source's `bad`.
 *
 * @param augment By default the pixels as they are, of a source whose images have one size.
 * @throws RangeError (a rejection, as all of them) when an index lies outside the source, or images would differ in
 * size; whatever the source says of its images.
 * @example
 * const {bytes, shape} = await readImages(photos, [0, 1, 2], evalAugment({size: 224}));
 */
export async function readImages(
  source: Source,
  indices: ArrayLike<number>,
  augment: Augment = evalAugment(),
): Promise<ReadImages> {
  checkSource('readImages', source);
  checkValue('readImages', 'augment', augment, augmentRule);
  checkIndices('readImages', indices, source.length);
  const asked = Int32Array.from(indices);
  const given = await source.views({indices: asked, keys: asked, augments: [augment], stream: [0]});
  checkGiven('readImages', given, 1, asked.length, source.channels);
  const {views, sizes, bad} = given;
  const unusable = new Set(bad.map(({position}) => position));
  const positions = Int32Array.from(asked.keys()).filter(position => !unusable.has(position));
  const {channels} = source;
  let [bytes] = views;
  if (bad.length > 0) {
    const good = emptyLike({views, sizes}, positions.length, channels);
    positions.forEach((position, row) => {
      copyRow({views, sizes}, position, good, row, channels);
    });
    [bytes] = good.views;
  }
  return {bytes, shape: [positions.length, ...sizes[0], channels], positions};
}
