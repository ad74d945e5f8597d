import {checkOptions} from '@contrastive/internal';
import {builtIn} from './built-in.js';
import type {Operation} from './contract.js';
import {inPlace} from './kernels/planes.js';
import {partRule} from './rules.js';

/** Options of `grayscale`. */
export interface GrayscaleOptions {
  /** Part of the images that become grey, in [0, 1]. */
  readonly probability?: number;
}

/**
 * Creates the operation `grayscale`: replaces the three channels by their grey value, 0.2989 R + 0.587 G + 0.114 B as
 * torchvision's; its parameter is whether the image becomes grey. Images of 1 channel stay as they are.
 *
 * @throws TypeError when an option is unknown or of another kind, RangeError when it lies outside [0, 1].
 * @example
 * grayscale({probability: 0.2})
 */
export function grayscale(options: GrayscaleOptions = {}): Operation<boolean> {
  checkOptions('grayscale', options, {probability: partRule});
  const {probability = 0.2} = options;
  const operation: Operation<boolean> = {
    name: 'grayscale',
    sample: (_height, _width, random) => random.uniform() < probability,
    apply: (image, grey) => {
      if (!grey || image.channels === 1) return image;
      return inPlace(image, (at, {blendGrey}) => {
        blendGrey(at, image.height * image.width, 0);
      });
    },
  };
  return builtIn(operation, {recipe: {kind: 'grayscale', options}});
}
