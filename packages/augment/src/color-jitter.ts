import * as tf from '@tensorflow/tfjs-core';
import {blend, UNCHANGED, type Blend} from './blend.js';
import {checkBetween} from './check.js';
import type {Images} from './contract.js';
import type {Operation} from './operation.js';
import {shiftHue} from './shift-hue.js';

const CHANGES = ['brightness', 'contrast', 'saturation', 'hue'] as const;

/** One of the changes that a colour jitter makes. */
export type ColorChange = (typeof CHANGES)[number];

/** What a colour jitter does to one image. */
export interface ColorJitterParams {
  /** The changes in the order in which they happen; empty when the image is left alone. */
  readonly order: readonly ColorChange[];
  /** Factor of the image. */
  readonly brightness: number;
  /** Factor of the difference from the mean of the grey image. */
  readonly contrast: number;
  /** Factor of the difference from the grey image; no effect on 1 channel. */
  readonly saturation: number;
  /** Part of a full turn of the hue, −0.5 to 0.5; no effect on 1 channel. */
  readonly hue: number;
}

/** Options of `colorJitter`: how strong each change may be; 0 leaves it out. */
export interface ColorJitterOptions {
  /** Brightness is multiplied by a number from `max(0, 1 − brightness)` to `1 + brightness`. */
  readonly brightness?: number;
  /** Likewise for contrast. */
  readonly contrast?: number;
  /** Likewise for saturation. */
  readonly saturation?: number;
  /** The hue is turned by −hue to hue full turns, at most 0.5. */
  readonly hue?: number;
  /** Part of the images that are changed at all, in [0, 1]. */
  readonly probability?: number;
}

/**
 * Creates the operation `colorJitter`: changes brightness, contrast, saturation and hue in random order, clipped to [0, 1] after each. The changes
 * are those of torchvision's ColorJitter on floats: contrast blends with the mean of the grey image, saturation with the grey image. Images of
 * 1 channel keep saturation and hue. SimCLR's own code changes contrast about the mean of each channel and saturation in HSV instead.
 *
 * @throws RangeError when an option is out of range.
 * @example
 * colorJitter({brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1})
 */
export function colorJitter({
  brightness = 0, contrast = 0, saturation = 0, hue = 0, probability = 0.8,
}: ColorJitterOptions = {}): Operation<ColorJitterParams> {
  const strengths = {brightness, contrast, saturation, hue};
  for (const change of CHANGES) checkBetween(`colorJitter: ${change}`, strengths[change], 0, change === 'hue' ? 0.5 : Number.MAX_VALUE);
  checkBetween('colorJitter: probability', probability, 0, 1);
  return {
    name: 'colorJitter',
    sample: (_height, _width, random) => {
      const applied = random.uniform() < probability;
      const order = Array.from(random.permutation(CHANGES.length), i => CHANGES[i]).filter(change => applied && strengths[change] > 0);
      const factor = (strength: number) => random.uniform(Math.max(0, 1 - strength), 1 + strength);
      return {
        order,
        brightness: factor(brightness),
        contrast: factor(contrast),
        saturation: factor(saturation),
        hue: random.uniform(-hue, hue),
      };
    },
    apply: (images, params) => (images.shape[3] === 1 ? jitterGrey(images, params) : jitterColor(images, params)),
  };
}

function jitterGrey(images: Images, params: readonly ColorJitterParams[]): Images {
  return blendInRounds(images, params, params.map(({order}) => order.filter(change => change === 'brightness' || change === 'contrast')));
}

/** What comes before the hue of each image, the hue of all, what comes after: the hue, which costs most, is done once. */
function jitterColor(images: Images, params: readonly ColorJitterParams[]): Images {
  const hueAt = params.map(({order}) => (order.includes('hue') ? order.indexOf('hue') : order.length));
  return tf.tidy(() => {
    const before = blendInRounds(images, params, params.map(({order}, i) => order.slice(0, hueAt[i])));
    const shifts = params.map(({order, hue}) => (order.includes('hue') ? hue : 0));
    const turned = shifts.some(shift => shift !== 0) ? shiftHue(before, shifts) : before;
    return blendInRounds(turned, params, params.map(({order}, i) => order.slice(hueAt[i] + 1)));
  });
}

/** Does the first change of every image, then the second of those that have one, and so on. */
function blendInRounds(images: Images, params: readonly ColorJitterParams[], orders: readonly (readonly ColorChange[])[]): Images {
  const rounds = Math.max(0, ...orders.map(order => order.length));
  return tf.tidy(() => {
    let result: Images = tf.clone(images);
    for (let round = 0; round < rounds; round++) {
      const next = blend(result, params.map((entry, i) => (round < orders[i].length ? blendOf(orders[i][round], entry) : UNCHANGED)));
      result.dispose();
      result = next;
    }
    return result;
  });
}

function blendOf(change: ColorChange, params: ColorJitterParams): Blend {
  const factor = params[change];
  if (change === 'brightness') return {image: factor, grey: 0, mean: 0};
  if (change === 'contrast') return {image: factor, grey: 0, mean: 1 - factor};
  return {image: factor, grey: 1 - factor, mean: 0};
}
