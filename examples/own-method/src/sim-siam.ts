import {checkNetworks, checkViews, encode, namedWeights, variablesOf} from '@contrastive/layers';
import {negativeCosine, stopGradient} from '@contrastive/losses';
import {restoreVariables, type Method} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/** What {@link simSiam} trains; all three stay the caller's. */
export interface SimSiamOptions {
  /** Images `[n, height, width, channels]` to features `[n, d]`. */
  readonly encoder: LayersModel;
  /** The projector: features to projections `[n, d′]`. */
  readonly head: LayersModel;
  /** Projections to predictions of those of the other view, `[n, d′]`. */
  readonly predictor: LayersModel;
}

/** Projections z and predictions p of both views, `[n, d′]` each. */
export type SimSiamProjections = Record<'z1' | 'z2' | 'p1' | 'p2', tf.Tensor2D>;

/**
 * SimSiam (Chen and He 2021, arXiv 2011.10566, algorithm 1): what is predicted from one view must be the projection of
 * the other. There are no negatives and no momentum; that no gradient reaches the projections as targets keeps the
 * network from giving one answer for all images.
 */
export function simSiam({encoder, head, predictor}: SimSiamOptions): Method<tf.NamedTensorMap, SimSiamProjections> {
  checkNetworks('simSiam', {encoder, head});
  const networks = variablesOf({encoder, head});
  const own = namedWeights(predictor, 'predictor');
  const named = (weights: typeof own) => Object.fromEntries(weights.map(({name, variable}) => [name, variable]));
  const state = {...networks.state, ...named(own)};
  const distance = negativeCosine();

  return {
    // What the training is for: checkpoints keep how its images are prepared.
    encoder,
    // What the optimiser trains, by name.
    parameters: {...networks.parameters, ...named(own.filter(({trainable}) => trainable))},
    // What is computed before the gradient tape: nothing, the targets are on it and taken off by stopGradient.
    targets: () => ({}),
    // On the tape. The views go through apart, so that BatchNorm has statistics of each, as in the authors' code.
    project(views, updates) {
      checkViews('simSiam', views, encoder);
      return tf.tidy(() => {
        const [z1, z2] = [views.first, views.second].map(images => encode({encoder, head}, images, updates));
        const [p1, p2] = [z1, z2].map(z => encode({encoder: predictor}, z, updates));
        return {z1, z2, p1, p2};
      });
    },
    loss: ({z1, z2, p1, p2}) =>
      tf.tidy(() => {
        const [forward, backward] = [
          distance({z1: p1, z2: stopGradient(z2)}),
          distance({z1: p2, z2: stopGradient(z1)}),
        ];
        return tf.mul<tf.Scalar>(0.5, tf.add(forward, backward));
      }),
    update: () => undefined, // after the optimiser: nothing follows the network here
    // All that a resumed run needs, statistics of BatchNorm too.
    state: () => state,
    restore: async tensors => {
      restoreVariables('simSiam.restore', state, tensors);
    },
    dispose: () => undefined, // it made no tensors of its own
  };
}
