import type {ViewsBytes} from '../source.js';

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
