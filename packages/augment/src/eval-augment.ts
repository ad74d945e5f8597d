import {augmentation} from './augmentation.js';
import {centerCrop, type CenterCropOptions} from './center-crop.js';
import type {Augment, Normalization} from './contract.js';
import {normalize} from './normalize.js';

/** Options of `evalAugment`; those of the crop besides, whose share is by default 0.875, and 1 up to 32 pixels. */
export interface EvalAugmentOptions extends CenterCropOptions {
  /** What the images are normalised with: that of the training, if any. */
  readonly normalization?: Normalization;
}

/**
 * Creates the augmentation for evaluation, which draws nothing: the central 0.875 of the image, resized; images of at
 * most 32 pixels are not cropped. As in SimCLR's code (Chen et al., 2020, arXiv 2002.05709). MoCo's `Resize(256)` and
 * `CenterCrop(224)` show the same part, but round its edges to other pixels.
 *
 * @throws RangeError when an option is out of range.
 * @example
 * const augment = evalAugment({size: 224});
 */
export function evalAugment(options: EvalAugmentOptions): Augment {
  const {normalization, share = options.size > 32 ? 0.875 : 1, ...crop} = options;
  return augmentation([centerCrop({...crop, share}), ...(normalization ? [normalize(normalization)] : [])]);
}
