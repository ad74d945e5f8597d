import {
  augmentRule,
  checkOptions,
  checkValue,
  imageChannels,
  required,
  usualCrop,
  type Rules,
} from '@contrastive/internal';
import {augmentation} from './augmentation.js';
import {centerCrop} from './center-crop.js';
import type {Augment, Normalization} from './contract.js';
import {checkChannels, normalize} from './normalize.js';
import {interpolationRule, type Interpolation} from './resampling.js';
import {normalizationRule, shareRule, sizeRule} from './rules.js';

/** Options of `evalAugment`. */
export interface EvalAugmentOptions {
  /** Height and width of the result in pixels; without it the images stay as they are. */
  readonly size?: number;
  /** Part of the image's shorter side that is kept, in (0, 1]; by default 0.875, and 1 up to a size of 32. */
  readonly crop?: number;
  /** How it is resized, always with antialiasing; by default `bicubic`. */
  readonly interpolation?: Interpolation;
  /** What the images are normalised with: that of the training, if any. */
  readonly normalization?: Normalization;
}

/**
 * How the images of an encoder are prepared in evaluation, as plain JSON that travels with it: the options of
 * `evalAugment`, of which it has those that apply, and the number of channels.
 */
export interface Preparation extends EvalAugmentOptions {
  /** 1 (grey) or 3 (RGB). */
  readonly channels: 1 | 3;
}

const rules: Rules<EvalAugmentOptions> = {
  size: sizeRule,
  crop: shareRule,
  interpolation: interpolationRule,
  normalization: normalizationRule,
};

const preparationRules: Rules<Preparation> = {channels: required(imageChannels), ...rules};

/**
 * Creates the augmentation for evaluation, which draws nothing: the central 0.875 of the image, resized; images of at
 * most 32 pixels are not cropped. As in SimCLR's code (Chen et al., 2020, arXiv 2002.05709). MoCo's `Resize(256)` and
 * `CenterCrop(224)` show the same part, but round its edges to other pixels. Without a size the views are the images.
 *
 * @throws TypeError when an option is unknown or of another kind, or there is a crop or an interpolation without a
 * size; RangeError when one is out of range.
 * @example
 * const augment = evalAugment({size: 224});
 */
export function evalAugment(options: EvalAugmentOptions = {}): Augment {
  checkOptions('evalAugment', options, rules);
  return evaluation('evalAugment', options);
}

/** The same for whoever asks. */
function evaluation(where: string, {size, crop, interpolation, normalization}: EvalAugmentOptions): Augment {
  if (size === undefined && (crop !== undefined || interpolation !== undefined)) {
    throw new TypeError(
      `${where}: expected a size beside crop and interpolation, got none; give one, or leave them out as well.`,
    );
  }
  return augmentation([
    ...(size === undefined ? [] : [centerCrop({size, share: crop ?? usualCrop(size), interpolation})]),
    ...(normalization ? [normalize(normalization)] : []),
  ]);
}

/**
 * Makes the augmentation for the images of an encoder; the preparation may come from a file.
 *
 * @throws TypeError when a key is unknown or a value of another kind, RangeError when it is out of range.
 * @example
 * const augment = prepare({channels: 3, size: 224, normalization: imageNetNormalization});
 */
export function prepare(preparation: Preparation): Augment {
  checkOptions('prepare', preparation, preparationRules);
  const {channels, ...options} = preparation;
  if (options.normalization) checkChannels('prepare', options.normalization, channels);
  return evaluation('prepare', options);
}

/**
 * How the images of an encoder that is trained on these views are prepared in evaluation: by `evalAugment` of the same
 * size, where all views have one and it is a square, and with the same normalisation.
 *
 * @throws RangeError when the policy normalises images of other channels.
 * @example
 * const {normalization} = preparationFor(mocoV2Augment({size: 224}), 3);
 */
export function preparationFor(augment: Augment, channels: 1 | 3): Preparation {
  checkValue('preparationFor', 'augment', augment, augmentRule);
  checkValue('preparationFor', 'channels', channels, imageChannels);
  const {normalization} = augment;
  if (normalization) checkChannels('preparationFor', normalization, channels);
  const [size, width] = viewSize(augment) ?? [];
  return {
    channels,
    ...(size !== undefined && size === width && {size, crop: usualCrop(size), interpolation: 'bicubic'}),
    ...(normalization && {normalization: {mean: [...normalization.mean], std: [...normalization.std]}}),
  };
}

/**
 * Height and width of an augmentation's views, where they have one size whatever the image.
 *
 * @example
 * const [height, width] = viewSize(simclrAugment({size: 224})) ?? [];
 */
export function viewSize(augment: Augment): readonly [height: number, width: number] | undefined {
  checkValue('viewSize', 'augment', augment, augmentRule);
  const size = augment.outputSize(101, 307);
  const others = [augment.outputSize(307, 101), augment.outputSize(211, 223)];
  return others.every(([height, width]) => height === size[0] && width === size[1]) ? size : undefined;
}
