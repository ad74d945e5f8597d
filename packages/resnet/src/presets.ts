import type * as tfl from '@tensorflow/tfjs-layers';
import type {ResNetOptions} from './options.js';
import {resnet} from './resnet.js';

/** Options of the presets: all but the depths and the kind of block. */
export type PresetOptions = Omit<ResNetOptions, 'depths' | 'block'>;

/**
 * ResNet-18 without classifier: `[n, h, w, c]` to `[n, 512]`, 11.2 million trained numbers (He et al. 2016,
 * arXiv:1512.03385, table 1).
 *
 * @example
 * const encoder = resnet18({stem: 'cifar', inputShape: [32, 32, 3]});
 */
export const resnet18 = (options: PresetOptions = {}): tfl.LayersModel =>
  resnet({name: 'resnet18', ...options, depths: [2, 2, 2, 2], block: 'basic'});

/**
 * ResNet-34 without classifier: `[n, h, w, c]` to `[n, 512]`, 21.3 million trained numbers (He et al. 2016,
 * arXiv:1512.03385, table 1).
 *
 * @example
 * const encoder = resnet34({inputShape: [96, 96, 3]});
 */
export const resnet34 = (options: PresetOptions = {}): tfl.LayersModel =>
  resnet({name: 'resnet34', ...options, depths: [3, 4, 6, 3], block: 'basic'});

/**
 * ResNet-50 without classifier: `[n, h, w, c]` to `[n, 2048]`, 23.5 million trained numbers (He et al. 2016,
 * arXiv:1512.03385, table 1).
 *
 * @example
 * const encoder = resnet50({inputShape: [224, 224, 3]});
 */
export const resnet50 = (options: PresetOptions = {}): tfl.LayersModel =>
  resnet({name: 'resnet50', ...options, depths: [3, 4, 6, 3], block: 'bottleneck'});

/**
 * ResNet-101 without classifier: `[n, h, w, c]` to `[n, 2048]`, 42.5 million trained numbers (He et al. 2016,
 * arXiv:1512.03385, table 1).
 *
 * @example
 * const encoder = resnet101({inputShape: [224, 224, 3]});
 */
export const resnet101 = (options: PresetOptions = {}): tfl.LayersModel =>
  resnet({name: 'resnet101', ...options, depths: [3, 4, 23, 3], block: 'bottleneck'});

/**
 * ResNet-152 without classifier: `[n, h, w, c]` to `[n, 2048]`, 58.1 million trained numbers (He et al. 2016,
 * arXiv:1512.03385, table 1).
 *
 * @example
 * const encoder = resnet152({inputShape: [224, 224, 3]});
 */
export const resnet152 = (options: PresetOptions = {}): tfl.LayersModel =>
  resnet({name: 'resnet152', ...options, depths: [3, 8, 36, 3], block: 'bottleneck'});
