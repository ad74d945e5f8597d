import {checkOptions, either, flag, type Rules} from '@contrastive/internal';
import {augmentation} from './augmentation.js';
import {colorJitter} from './color-jitter.js';
import type {Augment, Normalization, Operation} from './contract.js';
import {gaussianBlur} from './gaussian-blur.js';
import {grayscale} from './grayscale.js';
import {horizontalFlip} from './horizontal-flip.js';
import {imageNetNormalization, normalize} from './normalize.js';
import {cropRules, randomResizedCrop, type RandomResizedCropOptions} from './random-resized-crop.js';
import {falseRule, normalizationRule} from './rules.js';

/** Options of `mocoV1Augment`; those of the crop besides, whose area is by default [0.2, 1]. */
export interface MocoV1AugmentOptions extends Omit<RandomResizedCropOptions, 'flip'> {
  /** What the views are normalised with, by default ImageNet's mean and std; `false` leaves them in [0, 1]. */
  readonly normalization?: Normalization | false;
}

/** Options of `mocoV2Augment`; those of `mocoV1Augment` besides. */
export interface MocoV2AugmentOptions extends MocoV1AugmentOptions {
  /**
   * Whether images are blurred; by default those of more than 32 pixels, as in the authors' code and in their CIFAR
   * demo.
   */
  readonly blur?: boolean;
}

const rules: Rules<MocoV1AugmentOptions> = {...cropRules, normalization: either(normalizationRule, falseRule)};

/** Taps that hold all of a Gaussian of up to 2 pixels, as Pillow's blur does whatever the size of the image. */
const PILLOW = 23;

const last = (normalization: Normalization | false): Operation[] => (normalization ? [normalize(normalization)] : []);

/**
 * Creates the augmentation of MoCo v1 in the order of the authors' code (He et al., 2020, arXiv 1911.05722): random
 * crop of at least a fifth of the image, grey in 2 of 10, colour jitter of 0.4 in all, flip, normalisation. Images of 1
 * channel need a `normalization` of their own, or `false`.
 *
 * @throws TypeError when an option is unknown or of another kind, RangeError when it is out of range.
 * @example
 * const augment = mocoV1Augment({size: 224});
 */
export function mocoV1Augment(options: MocoV1AugmentOptions): Augment {
  checkOptions('mocoV1Augment', options, rules);
  const {normalization = imageNetNormalization, area = [0.2, 1], ...crop} = options;
  return augmentation([
    randomResizedCrop({area, ...crop}),
    grayscale({probability: 0.2}),
    colorJitter({brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.4, probability: 1}),
    horizontalFlip({probability: 0.5}),
    ...last(normalization),
  ]);
}

/**
 * Creates the augmentation of MoCo v2 in the order of the authors' code (Chen et al., 2020, arXiv 2003.04297): random
 * crop of at least a fifth of the image, colour jitter of 0.4, 0.4, 0.4 and 0.1 in 8 of 10, grey in 2 of 10, blur in
 * half of those that are larger than 32 pixels, flip, normalisation. Images of 1 channel need a `normalization` of
 * their own, or `false`.
 *
 * Authors' code: Pillow's blur, which comes close to a Gaussian by box filters. Here: the Gaussian itself, with the
 * outermost pixels beyond the border as there.
 *
 * @throws TypeError when an option is unknown or of another kind, RangeError when it is out of range.
 * @example
 * const augment = mocoV2Augment({size: 224});
 */
export function mocoV2Augment(options: MocoV2AugmentOptions): Augment {
  checkOptions<MocoV2AugmentOptions>('mocoV2Augment', options, {...rules, blur: flag});
  const {normalization = imageNetNormalization, blur = options.size > 32, area = [0.2, 1], ...crop} = options;
  return augmentation([
    randomResizedCrop({area, ...crop}),
    colorJitter({brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, probability: 0.8}),
    grayscale({probability: 0.2}),
    ...(blur ? [gaussianBlur({probability: 0.5, sigma: [0.1, 2], border: 'edge', kernelSize: PILLOW})] : []),
    horizontalFlip({probability: 0.5}),
    ...last(normalization),
  ]);
}
