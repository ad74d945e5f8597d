import {createRandom} from '@contrastive/augment';
import {checkGiven} from '../check-source.js';
import type {Source, ViewsBytes, ViewsRequest} from '../source.js';
import {SUBSTITUTE_STREAM} from './options.js';
import {copyRow} from './rows.js';

/** How often a substitute is drawn that is not in the batch, before one that is will do. */
const ATTEMPTS = 100;

/** A batch whose images are all good: views and where their images stand in the source. */
export interface FullBatch extends Omit<ViewsBytes, 'bad'> {
  readonly indices: Int32Array;
}

/**
 * Asks a source for views of other images in the place of bad ones until the batch is full. Which ones, is a function
 * of seed, epoch and the batch; they are not in the batch already, unless the source has too few.
 *
 * @param where Who asks, for messages.
 * @param result What the source gave; changed in place.
 */
export async function substituted(
  where: string,
  source: Source,
  request: ViewsRequest,
  result: ViewsBytes,
  {seed, epoch, whole}: {readonly seed: number; readonly epoch: number; readonly whole: Int32Array},
): Promise<FullBatch> {
  const {length, channels} = source;
  const indices = request.indices.slice();
  const unusable = new Set(result.bad.map(({position}) => indices[position]));
  let open = result.bad.map(({position}) => position);
  for (let attempt = 0; open.length > 0; attempt++) {
    const drawn = open.map(position => {
      const index = draw(
        where,
        createRandom(seed, SUBSTITUTE_STREAM, epoch, request.indices[position], attempt),
        length,
        index => indices.includes(index) || whole.includes(index),
        unusable,
      );
      indices[position] = index;
      return index;
    });
    const asked = Int32Array.from(drawn);
    const substitutes = await source.views({...request, indices: asked, keys: asked});
    checkGiven(where, substitutes, request.augments.length, asked.length, channels);
    const again = new Set(substitutes.bad.map(({position}) => position));
    open.forEach((position, i) => {
      if (again.has(i)) unusable.add(drawn[i]);
      else copyRow(substitutes, i, result, position, channels);
    });
    open = open.filter((_, i) => again.has(i));
  }
  return {views: result.views, sizes: result.sizes, indices};
}

function draw(
  where: string,
  random: ReturnType<typeof createRandom>,
  length: number,
  inBatch: (index: number) => boolean,
  unusable: ReadonlySet<number>,
): number {
  if (unusable.size >= length)
    throw new Error(`${where}: expected images that can be used, got none in ${length}; look at the source's \`bad\`.`);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const index = random.integer(length);
    if (!unusable.has(index) && !inBatch(index)) return index;
  }
  for (;;) {
    const index = random.integer(length);
    if (!unusable.has(index)) return index;
  }
}
