import {toImages, type Augment} from '@contrastive/augment';
import type {ViewsBytes} from '../source.js';
import type {Views} from '../views.js';

/** Both views of a batch as tensors, from their bytes. */
export function viewsOfBytes(
  {views, sizes}: Pick<ViewsBytes, 'views' | 'sizes'>,
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
