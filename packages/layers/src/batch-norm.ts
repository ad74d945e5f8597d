import {advised, checkOptions, choice, flag, number, text, type Rules} from '@contrastive/internal';
import type * as tfl from '@tensorflow/tfjs-layers';
import {createBatchNorm} from './contrastive-batch-norm.js';
import {splitRules, type Splitting} from './splits.js';

/** Options of {@link batchNorm}, with torch's defaults. */
export interface BatchNormOptions {
  /** Added to the variance, above 0; 1e-5 by default. */
  readonly epsilon?: number;
  /** Fraction of the running statistics that a step keeps, from 0 to 1; 0.9 by default, which torch calls 0.1. */
  readonly momentum?: number;
  /** Whether there is a learned shift β, true by default. */
  readonly center?: boolean;
  /** Whether there is a learned scale γ, true by default. */
  readonly scale?: boolean;
  /** Start of γ, `'ones'` by default. */
  readonly gammaInitializer?: 'ones' | 'zeros';
  /**
   * The number of groups of a batch that are normalised apart in training, each by its own statistics; an integer from
   * 1 on, 1 by default.
   */
  readonly splits?: number;
  /** Which images share a group, `'interleaved'` by default; see {@link Splitting}. */
  readonly splitting?: Splitting;
  /**
   * Whether several processes that train together, each on its share of a batch, normalise by the statistics of the
   * whole batch; false by default. A process by itself does so anyway.
   */
  readonly synchronized?: boolean;
  /** Name of the layer, automatic by default. */
  readonly name?: string;
}

const rules: Rules<BatchNormOptions> = {
  ...splitRules,
  epsilon: number({above: 0}),
  momentum: advised(number({least: 0, most: 1}), 'it is the fraction kept'),
  center: flag,
  scale: flag,
  gammaInitializer: choice('ones', 'zeros'),
  synchronized: flag,
  name: text,
};

/**
 * Batch normalisation over the last axis of `[n, c]` or `[n, h, w, c]` with torch's conventions: ε 1e-5, and running
 * statistics that keep a fraction 0.9 a step and move by the unbiased variance, where the stock layer has 1e-3, 0.99
 * and the biased one (Ioffe & Szegedy 2015, arXiv:1502.03167).
 *
 * The call's `training` alone decides between the statistics of the batch and the running ones, as in torch: `trainable
 * = false` freezes γ and β, not the running statistics. `model.apply(x, {training: true, updateStatistics: false})`
 * leaves the running statistics as they are.
 *
 * With `splits` one device does what MoCo needs several for: every group of images is normalised by its own statistics,
 * and the running ones move by the mean over the groups (He et al. 2020, arXiv:1911.05722, section 3.3; the authors'
 * demo for CIFAR-10 has 8). `model.apply(x, {training: true, splits: 8})` overrides the layer's own for one call, see
 * {@link BatchNormCall}; inference ignores them.
 *
 * With `synchronized` the ranks that `model.apply(x, {training: true, communicator})` is given share their statistics:
 * the mean and the variance are those of all their images, forward and backward, as SimCLR has it (Chen et al. 2020,
 * arXiv:2002.05709, section 2.2, "Global BN"). `synchronized` of a call overrides the layer's own.
 *
 * Training needs a batch that `splits` divides and two values a channel in each group: a RangeError otherwise. The
 * layer saves and reloads under the class name `ContrastiveBatchNorm`; `toStockTopology` makes the stock layer of it.
 *
 * @throws RangeError or TypeError on a bad option.
 *
 * @example
 * const dense = tfl.layers.dense({units: 8, useBias: false, inputShape: [4]});
 * const model = tfl.sequential({layers: [dense, batchNorm({name: 'bn1'})]});
 */
export function batchNorm(options: BatchNormOptions = {}): tfl.layers.Layer {
  checkOptions('batchNorm', options, rules);
  const {
    epsilon = 1e-5,
    momentum = 0.9,
    center = true,
    scale = true,
    gammaInitializer = 'ones',
    splits = 1,
    splitting = 'interleaved',
    synchronized = false,
    name,
  } = options;
  return createBatchNorm({epsilon, momentum, center, scale, gammaInitializer, splits, splitting, synchronized, name});
}
