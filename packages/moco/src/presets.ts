import {infoNCE} from '@contrastive/losses';
import type {Method} from '@contrastive/train';
import {createMoCo, type MoCoProjections, type MoCoTargets} from './create-moco.js';
import type {MoCoOptions} from './options.js';

/**
 * What {@link mocoV1} and {@link mocoV2} need: options of {@link createMoCo}, with the temperature in the place of the
 * loss.
 */
export interface MoCoPresetOptions extends Omit<MoCoOptions, 'loss'> {
  /** Divides the cosine similarities; by default 0.07 for v1 and 0.2 for v2. */
  readonly temperature?: number;
}

/** Throws for a loss: a preset has its own, and JavaScript would take another for nothing. */
function refuseLoss(name: string, options: object): void {
  if ('loss' in options)
    throw new TypeError(
      `${name}: its loss is InfoNCE, with the option temperature; give a loss of your own to createMoCo instead.`,
    );
}

/**
 * MoCo v1 with the settings of its paper for ImageNet (He et al. 2020, arXiv 1911.05722, section 3.3): 65536 negatives,
 * momentum 0.999, temperature 0.07. Its head is `mocoV1Head(features)` of `@contrastive/projection-head`; it trains
 * with SGD at 0.03 for 256 images, momentum 0.9 and weight decay 1e-4 on all weights. Every option can be set; the
 * authors' CIFAR demo takes queueSize 4096, momentum 0.99, temperature 0.1, splits 8.
 *
 * @throws As {@link createMoCo} does, and `TypeError` or `RangeError` for a temperature that is no positive number.
 * @example
 * ```ts
 * const method = mocoV1({encoder: resnet50(), head: mocoV1Head(2048)});
 * ```
 */
export function mocoV1({temperature = 0.07, ...options}: MoCoPresetOptions): Method<MoCoTargets, MoCoProjections> {
  refuseLoss('mocoV1', options);
  return createMoCo({...options, loss: infoNCE({temperature})});
}

/**
 * MoCo v2 with the settings of its paper (Chen, Fan, Girshick and He 2020, arXiv 2003.04297): v1 with temperature 0.2,
 * a head with a hidden layer (`mocoV2Head(features)`), stronger augmentation and a cosine schedule of the learning
 * rate.
 *
 * @throws As {@link mocoV1} does.
 * @example
 * ```ts
 * const method = mocoV2({encoder: resnet50(), head: mocoV2Head(2048)});
 * ```
 */
export function mocoV2({temperature = 0.2, ...options}: MoCoPresetOptions): Method<MoCoTargets, MoCoProjections> {
  refuseLoss('mocoV2', options);
  return createMoCo({...options, loss: infoNCE({temperature})});
}
