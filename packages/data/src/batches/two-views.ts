import {checkValue, type Rule} from '@contrastive/internal';
import {checkSource, sourceRule} from '../check-source.js';
import type {Source} from '../source.js';
import type {StreamSource} from '../stream-source.js';
import type {TwoViews} from '../views.js';
import {indexedBatches} from './indexed-batches.js';
import {checkShared} from './share.js';
import {checked, preparationOf, type Maker, type OneViewOptions, type TwoViewsOptions} from './options.js';

const anySourceRule: Rule = {
  ...sourceRule,
  judge: value => {
    const {samples} = Object(value) as Partial<Record<keyof StreamSource, unknown>>;
    return typeof samples === 'function' ? undefined : sourceRule.judge(value);
  },
};

/**
 * Creates the batches of a run: two random views of each image. The order is a function of seed and epoch, a view of
 * seed, epoch, image and view number, so a resumed run goes on as it would have, and batch size and asking ahead
 * change no view. Each iteration starts anew at `startStep`.
 *
 * An image that cannot be used is left out and listed in the source's `bad`; another takes its place, so that batches
 * stay full: of a source with indices one that is drawn by the same rule, of a stream the next.
 *
 * @returns Batches whose tensors belong to whoever takes them (`disposeViews`).
 * @throws TypeError or RangeError when an option is unknown, missing or out of range, when the augmentations of the two
 * views differ in size or normalisation, or when no batch fits the source. While running: what the source says of its
 * images.
 * @example
 * for await (const views of twoViews(source, {augment, batchSize: 256, seed: 1, epochs: 12})) {
 *   disposeViews(views);
 * }
 */
export function twoViews(source: Source | StreamSource, options: TwoViewsOptions): TwoViews {
  return batches('twoViews', source, options);
}

/**
 * Creates the batches of a run like `twoViews`, with one random view of each image: for what learns from labels.
 * `first` and `second` of its batches are the same tensor. The order and the view are those of `twoViews` and its first
 * view.
 *
 * @returns Batches whose tensors belong to whoever takes them (`disposeViews`).
 * @throws TypeError or RangeError as `twoViews`.
 * @example
 * const views = oneView(train, {augment, batchSize: 256, seed: 1, epochs: 30});
 */
export function oneView(source: Source | StreamSource, options: OneViewOptions): TwoViews {
  return batches('oneView', source, options);
}

function batches(where: Maker, source: Source | StreamSource, options: TwoViewsOptions): TwoViews {
  checkValue(where, 'source', source, anySourceRule);
  const batchOptions = checked(where, options);
  const {startStep, position} = batchOptions;
  if ('samples' in source) {
    if (startStep > 0 && position === undefined) {
      throw new RangeError(
        `${where}: expected a position beside startStep, which is ${startStep}, because a stream goes on from there, ` +
          'got none; give that of the last batch before (views.position).',
      );
    }
    const {augments, steps = Infinity, batchSize, ranks} = batchOptions;
    checkShared(where, batchSize, ranks);
    const preparation = preparationOf(augments, source.channels);
    return {
      steps,
      stepsPerEpoch: Infinity,
      startStep,
      async *[Symbol.asyncIterator]() {
        // Which pages without streams need not load.
        const {streamBatches} =
          ranks.size > 1 ? await import('./shared-stream.js') : await import('./stream-batches.js');
        yield* streamBatches(source, batchOptions, preparation);
      },
    };
  }
  if (position !== undefined)
    throw new RangeError(
      `${where}: expected startStep alone, because the source has indices, got a position; leave it out.`,
    );
  checkSource(where, source);
  return indexedBatches(source, batchOptions);
}
