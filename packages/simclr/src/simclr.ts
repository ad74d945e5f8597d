import * as tf from '@tensorflow/tfjs-core';
import {callable, checkOptions, flag, object, required, type Rules} from '@contrastive/internal';
import {
  checkNetworks,
  checkViews,
  encode,
  recomputeRule,
  variablesOf,
  type Networks,
  type Recompute,
} from '@contrastive/layers';
import {embeddingSpread, ntXent, type Loss, type LossInput} from '@contrastive/losses';
import {restoreVariables, type Method, type Projections} from '@contrastive/train';
import {contrastiveAccuracy, contrastiveEntropy} from './metrics.js';

/** What a loss of SimCLR compares: both views, and the class of each image where the views have labels. */
export interface SimCLRLossInput extends LossInput {
  /** `[n]` int32; missing where the views have no labels. */
  readonly labels: tf.Tensor1D;
}

/** What {@link simclr} needs; encoder and head stay the caller's, and the head is thrown away after training. */
export interface SimCLROptions extends Networks {
  /**
   * Compares the projections of the two views, by default {@link ntXent} at temperature 0.1. One that needs `negatives`
   * does not fit; one that takes `labels`, such as `supCon`, is given those of the views.
   */
  readonly loss?: Loss<SimCLRLossInput>;
  /**
   * `'blocks'` runs each residual block of the encoder again in the backward pass instead of keeping its insides: less
   * memory for a third more time, with the same gradients. `'none'` by default.
   */
  readonly recompute?: Recompute;
  /**
   * Where several ranks train together, whether BatchNorm takes the statistics of the images of all of them, as in the
   * authors' code, so that they train as one process with the whole batch does; true by default. Otherwise the network
   * of each normalises by its own images, which can tell a pair by the batch that it came in.
   */
  readonly synchronized?: boolean;
}

const rules: Rules<SimCLROptions> = {
  encoder: required(object),
  head: object,
  loss: callable,
  recompute: recomputeRule,
  synchronized: flag,
};

/**
 * SimCLR (Chen et al. 2020, arXiv 2002.05709, algorithm 1): encoder and head learn to bring two random views of an
 * image together and to keep other images away.
 *
 * Both views go through the networks as one batch of 2n, so BatchNorm's statistics are of both, as in the authors'
 * code. Where several ranks train together, the negatives of an image are those of all of them.
 *
 * Parameters are the weights that are trainable now, named `encoder/<layer>/<weight>` and `head/<layer>/<weight>`;
 * `state` has the running statistics too. Metrics: `contrastiveAccuracy`, `embeddingSpread` of the projections, and
 * `contrastiveEntropy` where the loss states its temperature.
 *
 * @param options The networks and the loss; see {@link SimCLROptions}.
 * @returns The method, for `train`. It makes no tensors of its own, so disposing it frees nothing. Its functions throw
 * for views that the encoder does not take, or that are prepared otherwise than those that it was trained on.
 * @throws `TypeError` or `RangeError` for a bad option and for networks that do not fit each other or images, `Error`
 * for two weights of one name.
 * @example
 * ```ts
 * const encoder = resnet18({inputShape: [32, 32, 3], stem: 'cifar'});
 * const method = simclr({encoder, head: simclrHead(encoder), loss: ntXent({temperature: 0.5})});
 * ```
 */
export function simclr(options: SimCLROptions): Method<tf.NamedTensorMap, Projections> {
  checkOptions('simclr', options, rules);
  checkNetworks('simclr', options);
  const {encoder, head, loss = ntXent(), recompute, synchronized = true} = options;
  const networks = {encoder, head};
  const {parameters, state} = variablesOf(networks);

  return {
    encoder,
    parameters,
    targets(views): tf.NamedTensorMap {
      return views.labels ? {labels: tf.tensor1d(views.labels, 'int32')} : {};
    },
    project(views, updates) {
      checkViews('SimCLR', views, encoder);
      return tf.tidy((): Projections => {
        const images = tf.concat([views.first, views.second]);
        const projections = encode(networks, images, {...updates, recompute, synchronized}); // [2n, d]
        const [z1, z2] = tf.split<tf.Tensor2D>(projections, 2);
        return {z1, z2};
      });
    },
    // A loss that needs labels says so itself where there are none.
    loss: ({z1, z2}, labels) => loss({z1, z2, ...labels} as SimCLRLossInput),
    update: () => undefined,
    collapsedLoss: n => {
      const [, d] = (head ?? encoder).outputs[0].shape;
      const z = tf.ones<tf.Rank.R2>([n, d ?? 2]);
      return loss({z1: z, z2: z, labels: tf.range(0, n, 1, 'int32')});
    },
    metrics: projections => ({
      embeddingSpread: tf.tidy(() => embeddingSpread(tf.concat([projections.z1, projections.z2]))),
      contrastiveAccuracy: contrastiveAccuracy(projections),
      ...(loss.temperature !== undefined && {contrastiveEntropy: contrastiveEntropy(projections, loss.temperature)}),
    }),
    state: () => state,
    restore: async tensors => {
      restoreVariables('SimCLR.restore', state, tensors);
    },
    dispose: () => undefined,
  };
}
