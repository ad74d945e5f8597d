import {checkOptions, choice, number, type Rules} from '@contrastive/internal';
import {builtIn} from './built-in.js';
import type {Operation, PlanarImage} from './contract.js';
import type {Kernels} from './kernels/memory.js';
import {inPlace} from './kernels/planes.js';
import type {Random} from './random.js';
import {partRule} from './rules.js';

const CHANGES = ['brightness', 'contrast', 'saturation', 'hue'] as const;

/** One of the changes that a colour jitter makes. */
export type ColorChange = (typeof CHANGES)[number];

/** What a colour jitter does to one image. */
export interface ColorJitterParams {
  /** The changes in the order in which they happen; empty when the image is left alone. */
  readonly order: readonly ColorChange[];
  /** Factor of the image; in the form `simclr-v1` what is added to it. */
  readonly brightness: number;
  /** Factor of the difference from the mean: of the grey image, or in SimCLR's forms of each channel. */
  readonly contrast: number;
  /**
   * Factor of the difference from the grey image, or in SimCLR's forms of the saturation of HSV; no effect on 1
   * channel.
   */
  readonly saturation: number;
  /** Part of a full turn of the hue, −0.5 to 0.5; no effect on 1 channel. */
  readonly hue: number;
}

/** Whose formulas a colour jitter follows. */
export type ColorJitterForm = 'torchvision' | 'simclr-v1' | 'simclr-v2';

/** What a form may be. */
export const formRule = choice('torchvision', 'simclr-v1', 'simclr-v2');

/** Options of `colorJitter`: how strong each change may be; 0 leaves it out. */
export interface ColorJitterOptions {
  /**
   * Brightness is multiplied by a number from `max(0, 1 − brightness)` to `1 + brightness`; in the form `simclr-v1` one
   * from −brightness to brightness is added.
   */
  readonly brightness?: number;
  /** Likewise for contrast. */
  readonly contrast?: number;
  /** Likewise for saturation. */
  readonly saturation?: number;
  /** The hue is turned by −hue to hue full turns, at most 0.5. */
  readonly hue?: number;
  /** Part of the images that are changed at all, in [0, 1]. */
  readonly probability?: number;
  /** Whose formulas it follows. */
  readonly form?: ColorJitterForm;
}

const strength = number({least: 0});

const rules: Rules<ColorJitterOptions> = {
  brightness: strength,
  contrast: strength,
  saturation: strength,
  hue: number({least: 0, most: 0.5}),
  probability: partRule,
  form: formRule,
};

/**
 * Creates the operation `colorJitter`: changes brightness, contrast, saturation and hue of each image in random order,
 * clipped to [0, 1] after each. Three forms of it were published:
 *
 * - `torchvision` (ColorJitter, on floats; MoCo and most others): brightness is multiplied, contrast blends with the
 *   mean of the grey image, saturation with the grey image;
 * - `simclr-v1` (Chen et al., 2020, arXiv 2002.05709, appendix A): brightness is added, contrast is about the mean of
 *   each channel, saturation that of HSV;
 * - `simclr-v2` (the default of their code): the same, but brightness is multiplied.
 *
 * The hue is that of HSV in all of them. Images of 1 channel keep saturation and hue.
 *
 * @throws TypeError when an option is unknown or of another kind, RangeError when it is out of range.
 * @example
 * colorJitter({brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1})
 */
export function colorJitter(options: ColorJitterOptions = {}): Operation<ColorJitterParams> {
  checkOptions('colorJitter', options, rules);
  const {brightness = 0, contrast = 0, saturation = 0, hue = 0, probability = 0.8, form = 'torchvision'} = options;
  const strengths = {brightness, contrast, saturation, hue};
  const factor = (strength: number, random: Random) => random.uniform(Math.max(0, 1 - strength), 1 + strength);
  const operation: Operation<ColorJitterParams> = {
    name: 'colorJitter',
    sample: (_height, _width, random) => {
      const applied = random.uniform() < probability;
      return {
        order: Array.from(random.permutation(CHANGES.length), i => CHANGES[i]).filter(
          change => applied && strengths[change] > 0,
        ),
        brightness: form === 'simclr-v1' ? random.uniform(-brightness, brightness) : factor(brightness, random),
        contrast: factor(contrast, random),
        saturation: factor(saturation, random),
        hue: random.uniform(-hue, hue),
      };
    },
    apply: (image, params) => {
      if (params.order.length === 0) return image;
      return inPlace(image, (at, kernels) => {
        for (const change of params.order) changes[change](at, image, kernels, params[change], form);
      });
    },
  };
  return builtIn(operation, {recipe: {kind: 'colorJitter', options}});
}

type Change = (at: number, image: PlanarImage, kernels: Kernels, amount: number, form: ColorJitterForm) => void;

/** Weights of red, green and blue in grey, as torchvision has them (ITU-R BT.601, rounded). */
const GREY = [0.2989, 0.587, 0.114];

const changes: Readonly<Record<ColorChange, Change>> = {
  brightness: (at, {data}, {scale}, amount, form) => {
    if (form === 'simclr-v1') scale(at, data.length, 1, amount);
    else scale(at, data.length, amount, 0);
  },
  contrast: (at, {data, height, width, channels}, {scale, sum}, factor, form) => {
    const count = height * width;
    const means = Array.from({length: channels}, (_, channel) => sum(at + 4 * channel * count, count) / count);
    if (form === 'torchvision' || channels === 1) {
      const mean =
        channels === 1 ? means[0] : means.reduce((total, value, channel) => total + GREY[channel] * value, 0);
      scale(at, data.length, factor, mean * (1 - factor));
    } else {
      means.forEach((mean, channel) => {
        scale(at + 4 * channel * count, count, factor, mean * (1 - factor));
      });
    }
  },
  saturation: (at, {height, width, channels}, {blendGrey, scaleSaturation}, factor, form) => {
    if (channels === 1) return;
    if (form === 'torchvision') blendGrey(at, height * width, factor);
    else scaleSaturation(at, height * width, factor);
  },
  hue: (at, {height, width, channels}, {shiftHue}, turns) => {
    if (channels === 3) shiftHue(at, height * width, turns);
  },
};
