import type {IndexedSource} from '../source.js';
import type {StreamSource} from '../stream-source.js';
import type {Views} from '../views.js';
import {indexedBatches} from './indexed-batches.js';
import {checkOptions, type TwoViewsOptions} from './options.js';
import {streamBatches} from './stream-batches.js';

/**
 * Creates the batches of a run: two random views of each image. The order is a function of seed and epoch, a view of
 * seed, epoch, image and view number, so a resumed run goes on as it would have, and batch size or prefetching change
 * no view. Each iteration starts anew at `startStep`.
 *
 * An image that cannot be used is left out and listed in the source's `bad`; another takes its place, so that batches
 * stay full: of a source with indices one that is drawn by the same rule, of a stream the next.
 *
 * @returns Batches whose tensors belong to whoever takes them (`disposeViews`).
 * @throws RangeError when an option is out of range, or when no batch fits the source. While running: what the source
 * says of its images.
 * @example
 * for await (const views of twoViews(source, {augment, batchSize: 256, seed: 1, epochs: 12})) {
 *   disposeViews(views);
 * }
 */
export function twoViews(source: IndexedSource | StreamSource, options: TwoViewsOptions): AsyncIterable<Views> {
  const checked = checkOptions(options);
  if ('samples' in source) {
    if (checked.startStep > 0 && checked.position === undefined) {
      throw new RangeError(
        `twoViews: a stream goes on at step ${checked.startStep} only from a position; give that of the last ` +
          'batch before (views.position).',
      );
    }
    return streamBatches(source, checked);
  }
  if (checked.position !== undefined)
    throw new RangeError('twoViews: a source with indices goes on by startStep alone; leave the position out.');
  return indexedBatches(source, checked);
}
