import {checkOptions} from '@contrastive/internal';
import type * as tfl from '@tensorflow/tfjs-layers';
import {presetRules, resnet, type PresetOptions, type ResNetOptions} from './resnet.js';

/** The factory of a network of fixed depths. */
const preset =
  (name: string, depths: ResNetOptions['depths'], block: ResNetOptions['block']) =>
  (options: PresetOptions = {}): tfl.LayersModel => {
    checkOptions(name, options, presetRules);
    return resnet({...options, name: options.name ?? name, depths, block});
  };

/**
 * ResNet-18 without classifier: `[n, h, w, c]` to `[n, 512]`, 11.2 million trained numbers (He et al. 2016,
 * arXiv:1512.03385, table 1).
 *
 * @example
 * const encoder = resnet18({stem: 'cifar', inputShape: [32, 32, 3]});
 */
export const resnet18 = preset('resnet18', [2, 2, 2, 2], 'basic');

/**
 * ResNet-34 without classifier: `[n, h, w, c]` to `[n, 512]`, 21.3 million trained numbers (He et al. 2016,
 * arXiv:1512.03385, table 1).
 *
 * @example
 * const encoder = resnet34({inputShape: [96, 96, 3]});
 */
export const resnet34 = preset('resnet34', [3, 4, 6, 3], 'basic');

/**
 * ResNet-50 without classifier: `[n, h, w, c]` to `[n, 2048]`, 23.5 million trained numbers (He et al. 2016,
 * arXiv:1512.03385, table 1).
 *
 * @example
 * const encoder = resnet50({inputShape: [224, 224, 3]});
 */
export const resnet50 = preset('resnet50', [3, 4, 6, 3], 'bottleneck');

/**
 * ResNet-101 without classifier: `[n, h, w, c]` to `[n, 2048]`, 42.5 million trained numbers (He et al. 2016,
 * arXiv:1512.03385, table 1).
 *
 * @example
 * const encoder = resnet101({inputShape: [224, 224, 3]});
 */
export const resnet101 = preset('resnet101', [3, 4, 23, 3], 'bottleneck');

/**
 * ResNet-152 without classifier: `[n, h, w, c]` to `[n, 2048]`, 58.1 million trained numbers (He et al. 2016,
 * arXiv:1512.03385, table 1).
 *
 * @example
 * const encoder = resnet152({inputShape: [224, 224, 3]});
 */
export const resnet152 = preset('resnet152', [3, 8, 36, 3], 'bottleneck');
