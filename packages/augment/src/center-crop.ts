import {checkOptions, required, type Rules} from '@contrastive/internal';
import type {Operation} from './contract.js';
import {cutting, type Crop} from './crop.js';
import {interpolationRule, type Interpolation} from './resampling.js';
import {shareRule, sizeRule} from './rules.js';

/** Options of `centerCrop`. */
export interface CenterCropOptions {
  /** Height and width of the result in pixels. */
  readonly size: number;
  /** Part of the image's shorter side that the square keeps, in (0, 1]. */
  readonly share?: number;
  /** How the square is resized, always with antialiasing. */
  readonly interpolation?: Interpolation;
}

const rules: Rules<CenterCropOptions> = {size: required(sizeRule), share: shareRule, interpolation: interpolationRule};

/**
 * Creates the operation `crop` that draws nothing: cuts the largest central square, or a part of it, and resizes it to
 * `size` × `size`. The rounding is that of SimCLR's code; torchvision's `Resize(256)` and `CenterCrop(224)` show a
 * share of 0.875 as well, shifted by a fraction of a pixel.
 *
 * @throws TypeError when an option is unknown or of another kind, RangeError when it is out of range.
 * @example
 * centerCrop({size: 224, share: 0.875})
 */
export function centerCrop(options: CenterCropOptions): Operation<Crop> {
  checkOptions('centerCrop', options, rules);
  const {size, share = 1, interpolation = 'bicubic'} = options;
  return cutting({
    recipe: {kind: 'centerCrop', options},
    size,
    interpolation,
    sample: (height, width) => {
      const side = Math.max(Math.round(share * Math.min(height, width)), 1);
      return {
        top: Math.floor((height - side + 1) / 2),
        left: Math.floor((width - side + 1) / 2),
        height: side,
        width: side,
        flipped: false,
      };
    },
  });
}
