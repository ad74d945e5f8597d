import {checkOptions} from '@contrastive/internal';
import {builtIn} from './built-in.js';
import type {Operation} from './contract.js';
import {partRule} from './rules.js';

/** Options of `horizontalFlip`. */
export interface HorizontalFlipOptions {
  /** Part of the images that are flipped, in [0, 1]. */
  readonly probability?: number;
}

/**
 * Creates the operation `flip`: swaps left and right; its parameter is whether the image is flipped. After a random
 * crop the option `flip` of `randomResizedCrop` does the same at no cost.
 *
 * @throws TypeError when an option is unknown or of another kind, RangeError when it lies outside [0, 1].
 * @example
 * horizontalFlip({probability: 0.5})
 */
export function horizontalFlip(options: HorizontalFlipOptions = {}): Operation<boolean> {
  checkOptions('horizontalFlip', options, {probability: partRule});
  const {probability = 0.5} = options;
  const operation: Operation<boolean> = {
    name: 'flip',
    sample: (_height, _width, random) => random.uniform() < probability,
    apply: (image, flipped) => {
      const {data, width} = image;
      for (let row = 0; flipped && row < data.length; row += width) data.subarray(row, row + width).reverse();
      return image;
    },
  };
  return builtIn(operation, {recipe: {kind: 'horizontalFlip', options}});
}
