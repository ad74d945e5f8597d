import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type {Loss, LossInput} from '@contrastive/losses';
import type {MomentumSchedule} from '@contrastive/momentum-queue';

/** What a loss of MoCo compares: queries `z1`, their keys `z2`, and the queue. */
export interface MoCoLossInput extends LossInput {
  /** The keys of the batches before, `[queueSize, d]`, constant, L2-normalised rows. */
  readonly negatives: tf.Tensor2D;
}

/** What {@link createMoCo} needs. */
export interface MoCoOptions {
  /** Images `[n, height, width, channels]` to features `[n, d]`; trained, and stays the caller's. */
  readonly encoder: tfl.LayersModel;
  /**
   * Features `[n, d]` to queries, thrown away after training; without one the loss compares features. Stays the
   * caller's.
   */
  readonly head?: tfl.LayersModel;
  /**
   * Compares queries with their keys and the queue; by default `infoNCE()`, at temperature 0.07. One that makes no use
   * of `negatives` is refused.
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
  readonly momentum?: MomentumSchedule | number;
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
   * Seed of the random rows that the queue starts with, any integer, by default 0. What is shuffled comes from the seed
   * of the run.
   */
  readonly seed?: number;
}

type Checked = Required<Omit<MoCoOptions, 'head' | 'loss'>>;

function* layersOf(model: tfl.LayersModel): Generator<tfl.layers.Layer> {
  for (const layer of model.layers) {
    if ('layers' in layer) yield* layersOf(layer as tfl.LayersModel);
    else yield layer;
  }
}

/** The numbers among the options with their defaults, or the error that names the first bad one. */
export function checkOptions({
  encoder,
  head,
  queueSize = 65536,
  momentum = 0.999,
  symmetric = false,
  splits = 1,
  seed = 0,
}: MoCoOptions): Checked {
  const kinds = {queueSize: 'number', symmetric: 'boolean', splits: 'number', seed: 'number'};
  for (const [name, value] of Object.entries({queueSize, symmetric, splits, seed})) {
    const kind = kinds[name as keyof typeof kinds];
    if (typeof value !== kind)
      throw new TypeError(`createMoCo: ${name} must be a ${kind}, got ${typeof value}; leave it out for the default.`);
  }
  if (!Number.isSafeInteger(queueSize) || queueSize < 1) {
    throw new RangeError(
      `createMoCo: queueSize must be an integer from 1 on, got ${queueSize}; MoCo takes 65536 for ImageNet, 4096 ` +
        'for CIFAR.',
    );
  }
  if (typeof momentum !== 'function') {
    // JavaScript callers may pass anything.
    const given: unknown = momentum;
    if (typeof given !== 'number')
      throw new TypeError(`createMoCo: momentum must be a number or a function of the step, got ${typeof given}.`);
    if (!(given >= 0 && given <= 1)) {
      throw new RangeError(
        `createMoCo: momentum must be the fraction of the key networks that stays, from 0 to 1, got ${given}; ` +
          'the paper takes 0.999.',
      );
    }
  }
  if (!Number.isSafeInteger(splits) || splits < 1) {
    throw new RangeError(
      `createMoCo: splits must be an integer from 1 on, got ${splits}; the authors' CIFAR demo takes 8.`,
    );
  }
  if (!Number.isSafeInteger(seed)) throw new RangeError(`createMoCo: seed must be an integer, got ${seed}.`);
  if (splits > 1) {
    for (const layer of [encoder, ...(head ? [head] : [])].flatMap(model => [...layersOf(model)])) {
      if (layer.getClassName() === 'BatchNormalization') {
        throw new TypeError(
          `createMoCo: splits: ${splits} has no effect on the stock layer ${layer.name}; build with batchNorm of ` +
            '@contrastive/layers, or convert with its forTraining.',
        );
      }
    }
  }
  return {encoder, queueSize, momentum, symmetric, splits, seed};
}
