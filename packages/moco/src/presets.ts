import {checkOptions, number, type Rules} from '@contrastive/internal';
import {infoNCE} from '@contrastive/losses';
import {createMoCo, type MoCo} from './moco.js';
import {presetRules, type MoCoOptions} from './options.js';

/**
 * What {@link mocoV1} and {@link mocoV2} need: options of {@link moco}, with the temperature in the place of the loss.
 */
export interface MoCoPresetOptions extends Omit<MoCoOptions, 'loss'> {
  /** Divides the cosine similarities; by default 0.07 for v1 and 0.2 for v2. */
  readonly temperature?: number;
}

const rules: Rules<MoCoPresetOptions> = {...presetRules, temperature: number({above: 0})};

function preset(where: string, options: MoCoPresetOptions, usual: number): MoCo {
  checkOptions(where, options, rules);
  const {temperature = usual, ...rest} = options;
  return createMoCo(where, {...rest, loss: infoNCE({temperature})});
}

/**
 * MoCo v1 with the settings of its paper for ImageNet (He et al. 2020, arXiv 1911.05722, section 3.3): 65536 negatives,
 * momentum 0.999, temperature 0.07. Its head is `mocoV1Head(encoder)` of `@contrastive/projection-head`; it trains with
 * SGD at 0.03 for 256 images, momentum 0.9 and weight decay 1e-4 on all weights. Every option can be set; the authors'
 * CIFAR demo takes queueSize 4096, keyMomentum 0.99, temperature 0.1, splits 8. A loss of your own goes to {@link
 * moco}.
 *
 * @throws As {@link moco} does, and `TypeError` or `RangeError` for a temperature that is not a positive number.
 * @example
 * ```ts
 * const encoder = resnet50();
 * const method = mocoV1({encoder, head: mocoV1Head(encoder)});
 * ```
 */
export function mocoV1(options: MoCoPresetOptions): MoCo {
  return preset('mocoV1', options, 0.07);
}

/**
 * MoCo v2 with the settings of its paper (Chen, Fan, Girshick and He 2020, arXiv 2003.04297): v1 with temperature 0.2,
 * a head with a hidden layer (`mocoV2Head(encoder)`), stronger augmentation and a cosine schedule of the learning rate.
 *
 * @throws As {@link mocoV1} does.
 * @example
 * ```ts
 * const encoder = resnet50();
 * const method = mocoV2({encoder, head: mocoV2Head(encoder)});
 * ```
 */
export function mocoV2(options: MoCoPresetOptions): MoCo {
  return preset('mocoV2', options, 0.2);
}
