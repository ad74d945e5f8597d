import {checkOptions} from '@contrastive/internal';
import {builtIn} from './built-in.js';
import type {Operation} from './contract.js';
import {inPlace} from './kernels/planes.js';
import {partRule} from './rules.js';

/** Options of `solarize`. */
export interface SolarizeOptions {
  /** Part of the images that are solarised, in [0, 1]. */
  readonly probability?: number;
  /** Values from here on are inverted, in [0, 1]. */
  readonly threshold?: number;
}

/**
 * Creates the operation `solarize`: inverts the values that are at least `threshold`, as torchvision's; its parameter
 * is whether the image is solarised. Part of BYOL's second view (Grill et al., 2020, arXiv 2006.07733), where the
 * probability is 0.2, not of SimCLR or MoCo.
 *
 * @throws TypeError when an option is unknown or of another kind, RangeError when it lies outside [0, 1].
 * @example
 * solarize({probability: 0.2})
 */
export function solarize(options: SolarizeOptions = {}): Operation<boolean> {
  checkOptions('solarize', options, {probability: partRule, threshold: partRule});
  const {probability = 0.2, threshold = 0.5} = options;
  const operation: Operation<boolean> = {
    name: 'solarize',
    sample: (_height, _width, random) => random.uniform() < probability,
    apply: (image, chosen) => {
      if (!chosen) return image;
      return inPlace(image, (at, kernels) => {
        kernels.solarize(at, image.data.length, threshold);
      });
    },
  };
  return builtIn(operation, {recipe: {kind: 'solarize', options}});
}
