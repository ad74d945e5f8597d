import {toImages, type Augment} from '@contrastive/augment';
import type {ViewsBytes} from '../source.js';
import type {Views} from '../views.js';

/** Views of some images as bytes. */
type Bytes = Pick<ViewsBytes, 'views' | 'sizes'>;

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

/** Both views of a batch as tensors, from their bytes. */
export function viewsOfBytes(
  {views, sizes}: Bytes,
  augments: readonly Augment[],
  channels: number,
): Pick<Views, 'first' | 'second'> {
  const tensor = (view: number) => {
    const [height, width] = sizes[view];
    const bytes = views[view];
    return toImages(
      bytes,
      [bytes.length / (height * width * channels), height, width, channels],
      augments[view].normalization,
    );
  };
  const first = tensor(0);
  try {
    return {first, second: tensor(1)};
  } catch (error) {
    first.dispose();
    throw error;
  }
}
