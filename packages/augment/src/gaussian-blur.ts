import {checkOptions, choice, integer, narrowed, type Rules} from '@contrastive/internal';
import {builtIn} from './built-in.js';
import type {Operation} from './contract.js';
import {floats, reserve} from './kernels/memory.js';
import {inPlace} from './kernels/planes.js';
import {partRule, rangeRule} from './rules.js';

/** What lies outside of an image: nothing (0), its mirror image about the outermost pixels, or its outermost pixels. */
export type Border = 'zero' | 'reflect' | 'edge';

const BORDERS: readonly Border[] = ['zero', 'reflect', 'edge'];

/** Options of `gaussianBlur`. */
export interface GaussianBlurOptions {
  /** Part of the images that are blurred, in [0, 1]. */
  readonly probability?: number;
  /** Least and greatest standard deviation in pixels, above 0. */
  readonly sigma?: readonly [low: number, high: number];
  /**
   * What lies outside of the image: `zero` as in SimCLR's code, `reflect` as in torchvision, `edge` as in Pillow, which
   * MoCo uses.
   */
  readonly border?: Border;
  /** Number of taps in both directions, odd; by default a tenth of the image's height. */
  readonly kernelSize?: number;
}

const rules: Rules<GaussianBlurOptions> = {
  probability: partRule,
  sigma: rangeRule(),
  border: choice(...BORDERS),
  kernelSize: narrowed(
    {...integer({least: 1}), expected: 'an odd integer from 1 on'},
    (taps: number) => taps % 2 === 1,
  ),
};

/** Beside the tap in the middle, single precision cannot tell a smaller one from nothing. */
const NEGLIGIBLE = 2 ** -25;

/**
 * Creates the operation `gaussianBlur`; its parameter is the standard deviation in pixels, 0 for an image that stays
 * sharp. By default the kernel has `2 ⌊⌊height / 10⌋ / 2⌋ + 1` taps in both directions (23 at 224, 9 at 96, 3 at 32),
 * and pixels outside the image count as 0, as in SimCLR's code (Chen et al., 2020, arXiv 2002.05709). There all images
 * of a batch share one standard deviation; here each has its own, so that a view does not depend on its batch.
 *
 * @throws TypeError when an option is unknown or of another kind, RangeError when it is out of range.
 * @example
 * gaussianBlur({probability: 0.5, sigma: [0.1, 2]})
 */
export function gaussianBlur(options: GaussianBlurOptions = {}): Operation<number> {
  checkOptions('gaussianBlur', options, rules);
  const {probability = 0.5, sigma = [0.1, 2], border = 'zero', kernelSize} = options;
  const operation: Operation<number> = {
    name: 'gaussianBlur',
    sample: (_height, _width, random) => {
      const applied = random.uniform() < probability;
      const deviation = random.uniform(...sigma);
      return applied ? deviation : 0;
    },
    apply: (image, deviation) => {
      const {height, width, channels} = image;
      const taps = tapsOf(
        deviation,
        kernelSize === undefined ? Math.floor(Math.floor(height / 10) / 2) : (kernelSize - 1) / 2,
      );
      const radius = taps.length - 1;
      if (radius === 0) return image;
      return inPlace(image, (at, {blur}) => {
        const weights = reserve(4 * taps.length);
        const scratch = reserve(4 * Math.max(width + 2 * radius + 4, (height + 2 * radius) * 16));
        floats(weights, taps.length).set(taps);
        blur(at, height, width, channels, weights, radius, BORDERS.indexOf(border), scratch);
      });
    },
  };
  return builtIn(operation, {recipe: {kind: 'gaussianBlur', options: {...options, sigma: [...sigma]}}});
}

/**
 * The taps from the middle outwards, of which both sides together sum to 1; without those at the end that make no
 * difference.
 */
function tapsOf(sigma: number, radius: number): number[] {
  if (sigma === 0) return [1];
  const weights = Array.from({length: radius + 1}, (_, x) => Math.exp((-x * x) / (2 * sigma * sigma)));
  const sum = weights.reduce((total, weight) => total + 2 * weight, -1);
  const end = weights.findIndex(weight => weight < NEGLIGIBLE);
  return (end < 0 ? weights : weights.slice(0, end)).map(weight => weight / sum);
}
