import {show} from '@contrastive/internal';
import {builtIn} from './built-in.js';
import type {Operation, OperationRecipe, Pixels} from './contract.js';
import type {Random} from './random.js';
import {resampleBytes, resamplePlanes, type Box, type Interpolation} from './resampling.js';

/** A rectangle of whole pixels, and whether it is flipped. */
export interface Crop {
  /** First row. */
  readonly top: number;
  /** First column. */
  readonly left: number;
  /** Number of rows, at least 1. */
  readonly height: number;
  /** Number of columns, at least 1. */
  readonly width: number;
  /** Whether left and right are swapped. */
  readonly flipped: boolean;
}

/** An operation that cuts a rectangle out and resizes it to a square. */
interface Cutting {
  readonly recipe: OperationRecipe;
  readonly size: number;
  readonly interpolation: Interpolation;
  readonly sample: (height: number, width: number, random: Random) => Crop;
}

/**
 * How many times larger than the view what is left of a reduced image stays: resampling it then comes close to
 * resampling the original.
 */
const MARGIN = 2;

/** Creates the operation `crop`, however its rectangle is drawn. */
export function cutting({recipe, size, interpolation, sample}: Cutting): Operation<Crop> {
  const target = (crop: Crop) => ({size, interpolation, flipped: crop.flipped});
  const operation: Operation<Crop> = {
    name: 'crop',
    sample,
    outputSize: () => [size, size],
    apply: (image, crop) => {
      checkInside(crop, image.height, image.width);
      return resamplePlanes(image, crop, target(crop));
    },
  };
  return builtIn(operation, {
    recipe,
    fromPixels: (image, params) => {
      const crop = params as Crop; // by this operation's sample
      return resampleBytes(image, boxIn(image, crop), target(crop));
    },
    reduction: params => {
      const {height, width} = params as Crop;
      return Math.max(Math.min(height, width) / size / MARGIN, 1);
    },
  });
}

/**
 * The rectangle in the pixels that there are. A decoder that makes an image smaller may drop rows and columns that do
 * not fill a whole one.
 */
function boxIn({height, width, reducedBy}: Pixels, crop: Crop): Box {
  if (reducedBy === undefined) {
    checkInside(crop, height, width);
    return crop;
  }
  const within = (start: number, length: number, extent: number) => {
    const from = Math.min(start, extent - 1);
    return [from, Math.min(length, extent - from)] as const;
  };
  const [down, across] = reducedBy;
  const [top, rows] = within(crop.top / down, crop.height / down, height);
  const [left, columns] = within(crop.left / across, crop.width / across, width);
  return {top, left, height: rows, width: columns};
}

function checkInside({top, left, height, width}: Crop, h: number, w: number): void {
  if (top >= 0 && left >= 0 && height > 0 && width > 0 && top + height <= h && left + width <= w) return;
  throw new RangeError(
    `crop: expected a box within ${h} x ${w} pixels as params, got ${show({top, left, height, width})}; sample it ` +
      'with the size of the image that it is applied to.',
  );
}
