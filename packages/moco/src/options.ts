import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import {
  advised,
  callable,
  checkOptions as checkKeys,
  either,
  flag,
  integer,
  number,
  object,
  required,
  type Rules,
} from '@contrastive/internal';
import {checkNetworks, recomputeRule, type Networks, type Recompute} from '@contrastive/layers';
import type {Loss, LossInput} from '@contrastive/losses';
import type {MomentumSchedule} from '@contrastive/momentum-queue';

/** What a loss of MoCo compares: queries `z1`, their keys `z2`, and the queue. */
export interface MoCoLossInput extends LossInput {
  /** The keys of the batches before, `[queueSize, d]`, constant, L2-normalised rows. */
  readonly negatives: tf.Tensor2D;
}

/** What {@link moco} needs; encoder and head stay the caller's, and the head is thrown away after training. */
export interface MoCoOptions extends Networks {
  /**
   * Compares queries with their keys and the queue; by default `infoNCE()`, at temperature 0.07. One that makes no use
   * of `negatives` is refused. Where several ranks train, each has its own rows and the queue: a loss that compares
   * rows of a batch with each other compares those of a rank.
   */
  readonly loss?: Loss<MoCoLossInput>;
  /**
   * Number of negatives, K in the paper; an integer from 1 on, at least the keys of a batch. By default 65536, for
   * ImageNet; 4096 for CIFAR: the queue should be well below the number of images, or an image meets its own old keys
   * as negatives.
   */
  readonly queueSize?: number;
  /**
   * The fraction of the key networks that stays in a step, from 0 to 1, or a function from the step to it; by default
   * 0.999.
   */
  readonly keyMomentum?: MomentumSchedule | number;
  /**
   * Whether both views are queries and keys in turn, for twice the work a step; by default view one is the query and
   * view two the key.
   */
  readonly symmetric?: boolean;
  /**
   * Number of groups of the batch that BatchNorm normalises apart, an integer from 1 on that divides the batch; above 1
   * the keys are shuffled too. By default 1, without either: shuffling alone changes nothing on one device, because the
   * statistics of a whole batch do not depend on its order.
   */
  readonly splits?: number;
  /**
   * Whether keys go through in another order than queries where there are `splits`; true by default. Without, the
   * statistics of a group tell which keys are of it, and the loss falls by that (section 3.3 and appendix A.9): it is
   * there to see what leaks.
   */
  readonly shuffle?: boolean;
  /**
   * `'blocks'` runs each residual block of the encoder again in the backward pass instead of keeping its insides: less
   * memory for a third more time, with the same gradients. `'none'` by default.
   */
  readonly recompute?: Recompute;
  /**
   * Seed of the random rows that the queue starts with, any integer, by default 0. What is shuffled comes from the seed
   * of the run.
   */
  readonly seed?: number;
}

/** What options must be that presets share. */
export const presetRules: Rules<Omit<MoCoOptions, 'loss'>> = {
  encoder: required(object),
  head: object,
  queueSize: advised(integer({least: 1}), 'MoCo takes 65536 for ImageNet, 4096 for CIFAR'),
  keyMomentum: advised(
    either(number({least: 0, most: 1}), {...callable, expected: 'a function of the step'}),
    'it is the fraction of the key networks that stays, 0.999 in the paper',
  ),
  symmetric: flag,
  splits: advised(integer({least: 1}), "the authors' CIFAR demo takes 8"),
  shuffle: flag,
  recompute: recomputeRule,
  seed: integer(),
};

const rules: Rules<MoCoOptions> = {...presetRules, loss: advised(callable, 'leave it out for infoNCE()')};

function* layersOf(model: tfl.LayersModel): Generator<tfl.layers.Layer> {
  for (const layer of model.layers) {
    if ('layers' in layer) yield* layersOf(layer as tfl.LayersModel);
    else yield layer;
  }
}

/** The options with their defaults, or the error that names the first bad one. */
export function checkOptions(
  where: string,
  options: MoCoOptions,
): Required<Omit<MoCoOptions, 'head' | 'loss'>> & MoCoOptions {
  checkKeys(where, options, rules);
  checkNetworks(where, options);
  const {queueSize = 65536, keyMomentum = 0.999, symmetric = false, splits = 1} = options;
  const {shuffle = true, seed = 0, recompute = 'none', encoder, head} = options;
  const stock =
    splits > 1 &&
    [encoder, head]
      .flatMap(model => (model ? [...layersOf(model)] : []))
      .find(layer => layer.getClassName() === 'BatchNormalization');
  if (stock) {
    throw new TypeError(
      `${where}: expected batchNorm of @contrastive/layers to normalise ${splits} splits, got the stock layer ` +
        `${stock.name}; build with batchNorm, or convert with forTraining.`,
    );
  }
  return {...options, queueSize, keyMomentum, symmetric, splits, shuffle, recompute, seed};
}
