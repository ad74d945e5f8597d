import {checkOptions, flag, number, type Rules} from '@contrastive/internal';
import {augmentation} from './augmentation.js';
import {colorJitter, formRule, type ColorJitterForm} from './color-jitter.js';
import type {Augment, Normalization} from './contract.js';
import {gaussianBlur} from './gaussian-blur.js';
import {grayscale} from './grayscale.js';
import {normalize} from './normalize.js';
import {cropRules, randomResizedCrop, type RandomResizedCropOptions} from './random-resized-crop.js';
import {normalizationRule} from './rules.js';

/** Options of `simclrAugment`; those of the crop besides. */
export interface SimclrAugmentOptions extends Omit<RandomResizedCropOptions, 'flip'> {
  /**
   * Strength of the colour jitter, 0 to 2.5: 1 for ImageNet, 0.5 for images of at most 32 pixels, which are the
   * defaults.
   */
  readonly strength?: number;
  /** Whether images are blurred; by default those of more than 32 pixels. */
  readonly blur?: boolean;
  /** Whose formulas the colour jitter follows; by default those of the authors' code. */
  readonly form?: ColorJitterForm;
  /**
   * What the views are normalised with, by default nothing; an encoder that others trained on normalised images goes on
   * with theirs.
   */
  readonly normalization?: Normalization;
}

const rules: Rules<SimclrAugmentOptions> = {
  ...cropRules,
  strength: number({least: 0, most: 2.5}), // beyond, the hue would turn by more than half a turn
  blur: flag,
  form: formRule,
  normalization: normalizationRule,
};

/**
 * Creates the augmentation of SimCLR (Chen et al., 2020, arXiv 2002.05709, appendix A and B.9): random crop, flip,
 * colour jitter of 0.8 s, 0.8 s, 0.8 s and 0.2 s in 8 of 10 images, grey in 2 of 10, blur in half of those that are
 * larger than 32 pixels. No normalisation unless one is given: SimCLR trains on values in [0, 1]. Works on 1 and 3
 * channels.
 *
 * Paper's code: the rectangles of TensorFlow's crop, resized without antialiasing, and one blur for all images of a
 * batch. Here: torchvision's rectangles, as in most implementations, unless `distribution` is `simclr`; with
 * antialiasing, which changes crops that shrink by some 1 to 3 % of the range; and a blur for each image, so that a
 * view does not depend on its batch.
 *
 * @throws TypeError when an option is unknown or of another kind, RangeError when it is out of range.
 * @example
 * const augment = simclrAugment({size: 224});
 */
export function simclrAugment(options: SimclrAugmentOptions): Augment {
  checkOptions('simclrAugment', options, rules);
  const {
    strength: s = options.size > 32 ? 1 : 0.5,
    blur = options.size > 32,
    form = 'simclr-v2',
    interpolation = 'bicubic',
    normalization,
    ...crop
  } = options;
  return augmentation([
    randomResizedCrop({...crop, interpolation, flip: 0.5}),
    colorJitter({brightness: 0.8 * s, contrast: 0.8 * s, saturation: 0.8 * s, hue: 0.2 * s, probability: 0.8, form}),
    grayscale({probability: 0.2}),
    ...(blur ? [gaussianBlur({probability: 0.5, sigma: [0.1, 2]})] : []),
    ...(normalization ? [normalize(normalization)] : []),
  ]);
}
