import {checkOptions, choice, required, type Rules} from '@contrastive/internal';
import type {Operation} from './contract.js';
import {cutting, type Crop} from './crop.js';
import type {Random} from './random.js';
import {interpolationRule, type Interpolation} from './resampling.js';
import {partRule, rangeRule, sizeRule} from './rules.js';

/** How the rectangle of a crop is drawn: as torchvision's RandomResizedCrop does, or as SimCLR's code. */
export type CropDistribution = 'torchvision' | 'simclr';

/** Options of `randomResizedCrop`. */
export interface RandomResizedCropOptions {
  /** Height and width of the result in pixels. */
  readonly size: number;
  /** Least and greatest part of the image's area that a crop keeps, in (0, 1]. */
  readonly area?: readonly [low: number, high: number];
  /** Least and greatest width over height of a crop. */
  readonly aspect?: readonly [low: number, high: number];
  /** How the crop is resized, always with antialiasing. */
  readonly interpolation?: Interpolation;
  /**
   * Part of the crops that are flipped horizontally, in [0, 1]: the same as a `horizontalFlip` afterwards, at no cost.
   */
  readonly flip?: number;
  /** How the rectangle is drawn. */
  readonly distribution?: CropDistribution;
}

/** Of the options that a policy shares with its crop. */
export const cropRules: Rules<Omit<RandomResizedCropOptions, 'flip'>> = {
  size: required(sizeRule),
  area: rangeRule(1),
  aspect: rangeRule(),
  interpolation: interpolationRule,
  distribution: choice('torchvision', 'simclr'),
};

const rules: Rules<RandomResizedCropOptions> = {...cropRules, flip: partRule};

/**
 * Creates the operation `crop`: cuts a random rectangle out of each image and resizes it to `size` × `size`, as
 * torchvision's RandomResizedCrop does with `antialias=True`; the result is clipped to [0, 1].
 *
 * With the distribution `torchvision` area is uniform, aspect ratio log-uniform, position uniform; when ten draws do
 * not fit the image, the largest central crop within the aspect ratios, in whole pixels and at least one
 * (torchvision's may have none). With `simclr` it is that of TensorFlow's `sample_distorted_bounding_box` as SimCLR's
 * code calls it (Chen et al., 2020, arXiv 2002.05709): aspect ratio uniform, height uniform among those that the area
 * allows, at least a tenth of the image, and the whole image after a hundred draws.
 *
 * @throws TypeError when an option is unknown or of another kind, RangeError when it is out of range.
 * @example
 * randomResizedCrop({size: 28, area: [0.2, 1]})
 */
export function randomResizedCrop(options: RandomResizedCropOptions): Operation<Crop> {
  checkOptions('randomResizedCrop', options, rules);
  const {
    size,
    area = [0.08, 1],
    aspect = [3 / 4, 4 / 3],
    interpolation = 'bilinear',
    flip = 0,
    distribution = 'torchvision',
  } = options;
  const sampleBox = distribution === 'torchvision' ? sampleLikeTorchvision : sampleLikeTensorFlow;
  return cutting({
    recipe: {kind: 'randomResizedCrop', options: {...options, area: [...area], aspect: [...aspect]}},
    size,
    interpolation,
    sample: (height, width, random) => ({
      ...sampleBox(height, width, area, aspect, random),
      flipped: random.uniform() < flip,
    }),
  });
}

type Range = readonly [number, number];
type Rectangle = Omit<Crop, 'flipped'>;

/** To the nearest integer, halves to the even one, as C's lrint and Python's round. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

const ATTEMPTS = 10;

function sampleLikeTorchvision(h: number, w: number, area: Range, aspect: Range, random: Random): Rectangle {
  const [low, high] = aspect;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const target = h * w * random.uniform(...area);
    const ratio = Math.exp(random.uniform(Math.log(low), Math.log(high)));
    const width = roundHalfEven(Math.sqrt(target * ratio));
    const height = roundHalfEven(Math.sqrt(target / ratio));
    if (width > 0 && width <= w && height > 0 && height <= h) {
      return {top: random.integer(h - height + 1), left: random.integer(w - width + 1), height, width};
    }
  }
  const ratio = w / h;
  const height = ratio < low ? Math.max(roundHalfEven(w / low), 1) : h;
  const width = ratio > high ? Math.max(roundHalfEven(h * high), 1) : w;
  return {top: Math.floor((h - height) / 2), left: Math.floor((w - width) / 2), height, width};
}

const SIMCLR_ATTEMPTS = 100;
/** Part of the image that a crop must cover, besides what `area` asks. */
const LEAST_COVERED = 0.1;

function sampleLikeTensorFlow(h: number, w: number, area: Range, aspect: Range, random: Random): Rectangle {
  for (let attempt = 0; attempt < SIMCLR_ATTEMPTS; attempt++) {
    const ratio = random.uniform(...aspect);
    const size = drawSize(h, w, area, ratio, random);
    if (size === undefined || size.height * size.width < LEAST_COVERED * h * w) continue;
    const {height, width} = size;
    // TensorFlow's never reaches the last position.
    return {
      top: height < h ? random.integer(h - height) : 0,
      left: width < w ? random.integer(w - width) : 0,
      height,
      width,
    };
  }
  return {top: 0, left: 0, height: h, width: w};
}

/** Height and width of an aspect ratio whose area lies within the bounds, or nothing where rounding leaves none. */
function drawSize(
  h: number,
  w: number,
  [low, high]: Range,
  ratio: number,
  random: Random,
): {height: number; width: number} | undefined {
  const [least, most] = [low * h * w, high * h * w];
  let height = roundHalfEven(Math.sqrt(least / ratio));
  let highest = roundHalfEven(Math.sqrt(most / ratio));
  if (roundHalfEven(highest * ratio) > w) highest = Math.floor((w + 0.5 - 1e-7) / ratio);
  highest = Math.min(highest, h);
  height = Math.min(height, highest);
  if (height < highest) height += random.integer(highest - height + 1);
  let width = roundHalfEven(height * ratio);
  if (width * height < least) {
    height += 1;
    width = roundHalfEven(height * ratio);
  }
  if (width * height > most) {
    height -= 1;
    width = roundHalfEven(height * ratio);
  }
  const fits =
    width * height >= least && width * height <= most && width > 0 && width <= w && height > 0 && height <= h;
  return fits ? {height, width} : undefined;
}
