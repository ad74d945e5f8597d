import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import {checkNetworks, namedWeights} from '@contrastive/layers';
import {ntXent, type Loss} from '@contrastive/losses';
import {restoreVariables, type Method, type Projections, type Views} from '@contrastive/train';
import {contrastiveAccuracy, contrastiveEntropy} from './metrics.js';

/** What {@link createSimCLR} needs. */
export interface SimCLROptions {
  /** Images `[n, height, width, channels]` to features `[n, d]`; stays the caller's. */
  readonly encoder: tfl.LayersModel;
  /**
   * Features `[n, d]` to projections, thrown away after training; without one the loss compares features. Stays the
   * caller's.
   */
  readonly head?: tfl.LayersModel;
  /**
   * Compares the projections of the two views, by default {@link ntXent} at temperature 0.1. One that needs `negatives`
   * or `labels` does not fit.
   */
  readonly loss?: Loss;
}

/** Throws unless both views are batches of the same shape. */
function checkViews({first, second}: Views): void {
  if (!tf.util.arraysEqual(first.shape, second.shape)) {
    throw new RangeError(
      `SimCLR: both views must have the same shape, got [${first.shape.join(', ')}] and ` +
        `[${second.shape.join(', ')}]; ` +
        'row i of both must come from image i.',
    );
  }
}

/**
 * SimCLR (Chen et al. 2020, arXiv 2002.05709, algorithm 1): encoder and head learn to bring two random views of an
 * image together and to keep other images away.
 *
 * Both views go through the networks as one batch of 2n, so BatchNorm's statistics are of both, as in the authors'
 * code. Parameters are the weights that are trainable now, named `encoder/<layer>/<weight>` and
 * `head/<layer>/<weight>`; `state` has the running statistics too. Metrics: `contrastiveAccuracy`, and
 * `contrastiveEntropy` where the loss states its temperature.
 *
 * @param options The networks and the loss; see {@link SimCLROptions}.
 * @returns The method, for `train`. It makes no tensors of its own, so disposing it frees nothing; encoder and head
 * stay the caller's.
 * @throws `TypeError` or `RangeError` for networks that do not fit each other or images, `Error` for two weights of one
 * name.
 * @example
 * ```ts
 * const encoder = resnet18({inputShape: [32, 32, 3], stem: 'cifar'});
 * const method = createSimCLR({encoder, head: simclrHead(512), loss: ntXent({temperature: 0.5})});
 * ```
 */
export function createSimCLR({encoder, head, loss = ntXent()}: SimCLROptions): Method<tf.NamedTensorMap, Projections> {
  checkNetworks('createSimCLR', encoder, head);
  const weights = [...namedWeights(encoder, 'encoder'), ...(head ? namedWeights(head, 'head') : [])];
  const state = Object.fromEntries(weights.map(({name, variable}) => [name, variable]));
  const parameters = Object.fromEntries(
    weights.filter(({trainable}) => trainable).map(({name, variable}) => [name, variable]),
  );

  return {
    parameters,
    targets: () => ({}),
    project(views, {updateStatistics = true} = {}) {
      checkViews(views);
      return tf.tidy((): Projections => {
        // Layers write into the keyword arguments that they are given. A model with one output returns one tensor: [2n,
        // d].
        const apply = (model: tfl.LayersModel, x: tf.Tensor): tf.Tensor =>
          model.apply(x, {training: true, updateStatistics}) as tf.Tensor;
        const features = apply(encoder, tf.concat([views.first, views.second])); // [2n, d]
        const projections = head ? apply(head, features) : features; // [2n, d′]
        const [z1, z2] = tf.split<tf.Tensor2D>(projections, 2);
        return {z1, z2};
      });
    },
    loss: ({z1, z2}) => loss({z1, z2}),
    update: () => undefined,
    metrics: projections => ({
      contrastiveAccuracy: contrastiveAccuracy(projections),
      ...(loss.temperature !== undefined && {contrastiveEntropy: contrastiveEntropy(projections, loss.temperature)}),
    }),
    state: () => state,
    restore(tensors) {
      restoreVariables('SimCLR.restore', state, tensors);
    },
    dispose: () => undefined,
  };
}
