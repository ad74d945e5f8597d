import {toImages, type Augment} from '@contrastive/augment';
import type {ViewsBytes} from '../source.js';
import type {Views} from '../views.js';
import type {BatchOptions} from './options.js';

/** Views of some images as bytes. */
export type Bytes = Pick<ViewsBytes, 'views' | 'sizes'>;

/** Copies the views of image `row` of one batch to image `target` of another. */
export function copyRow(from: Bytes, row: number, to: Bytes, target: number, channels: number): void {
  to.sizes.forEach(([height, width], view) => {
    const length = height * width * channels;
    to.views[view].set(from.views[view].subarray(row * length, (row + 1) * length), target * length);
  });
}

/** Room for the views of `count` images, of the sizes of another batch. */
export const emptyLike = ({sizes}: Bytes, count: number, channels: number): Bytes => ({
  sizes,
  views: sizes.map(([height, width]) => new Uint8Array(count * height * width * channels)),
});

/** One view of images as a tensor, of their bytes. */
function tensorOf({views, sizes}: Bytes, view: number, augments: readonly Augment[], channels: number) {
  const [height, width] = sizes[view];
  const bytes = views[view];
  const shape = [bytes.length / (height * width * channels), height, width, channels] as const;
  return toImages(bytes, [...shape], augments[view].normalization);
}

/** A batch without its images. */
export type Labelled = Omit<Views, 'first' | 'second' | 'slice' | 'dispose'>;

/** A batch of its bytes: with its images as tensors, or as bytes until somebody asks. */
export async function batchOf(
  bytes: Bytes,
  {augments, asBytes}: Pick<BatchOptions, 'augments' | 'asBytes'>,
  channels: number,
  labelled: Labelled,
): Promise<Views> {
  if (!asBytes) return {...viewsOfBytes(bytes, augments, channels), ...labelled};
  const {slicedViews} = await import('./sliced-views.js'); // which most runs need not load
  return slicedViews(bytes, augments, channels, labelled);
}

/** Both views of a batch as tensors, from their bytes; of a batch of one view the same tensor twice. */
export function viewsOfBytes(
  bytes: Bytes,
  augments: readonly Augment[],
  channels: number,
): Pick<Views, 'first' | 'second'> {
  const first = tensorOf(bytes, 0, augments, channels);
  if (augments.length === 1) return {first, second: first};
  try {
    return {first, second: tensorOf(bytes, 1, augments, channels)};
  } catch (error) {
    first.dispose();
    throw error;
  }
}
