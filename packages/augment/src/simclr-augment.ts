import {augmentation} from './augmentation.js';
import {colorJitter} from './color-jitter.js';
import type {Augment} from './contract.js';
import {gaussianBlur} from './gaussian-blur.js';
import {grayscale} from './grayscale.js';
import {randomResizedCrop, type RandomResizedCropOptions} from './random-resized-crop.js';

/** Options of `simclrAugment`; those of the crop besides. */
export interface SimclrAugmentOptions extends Omit<RandomResizedCropOptions, 'flip'> {
  /** Strength of the colour jitter: 1 for ImageNet, 0.5 for images of at most 32 pixels, which are the defaults. */
  readonly strength?: number;
  /** Whether images are blurred; by default those of more than 32 pixels. */
  readonly blur?: boolean;
}

/**
 * Creates the augmentation of SimCLR (Chen et al., 2020, arXiv 2002.05709, appendix A and B.9): random crop, flip, colour jitter of 0.8 s, 0.8 s,
 * 0.8 s and 0.2 s in 8 of 10 images, grey in 2 of 10, blur in half of those that are larger than 32 pixels. Works on 1 and 3 channels.
 *
 * Paper's code: crop and jitter of TensorFlow. Here: torchvision's distributions and formulas, as in most implementations.
 *
 * @throws RangeError when an option is out of range.
 * @example
 * const augment = simclrAugment({size: 28, area: [0.2, 1]});
 */
export function simclrAugment({
  size, area, aspect, interpolation = 'bicubic', strength = size > 32 ? 1 : 0.5, blur = size > 32,
}: SimclrAugmentOptions): Augment {
  return augmentation([
    randomResizedCrop({size, area, aspect, interpolation, flip: 0.5}),
    colorJitter({brightness: 0.8 * strength, contrast: 0.8 * strength, saturation: 0.8 * strength, hue: 0.2 * strength, probability: 0.8}),
    grayscale({probability: 0.2}),
    ...(blur ? [gaussianBlur({probability: 0.5, sigma: [0.1, 2]})] : []),
  ]);
}
