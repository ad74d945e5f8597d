import {callable, checkValue, object} from '@contrastive/internal';
import type {Tensor, Tensor2D} from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/** Looks at features `[n, d]`, which live until it returns. */
export type FeatureWatcher = (features: Tensor2D) => void;

/** Who looks at the features of an encoder at present. */
const watchers = new WeakMap<LayersModel, FeatureWatcher>();

/** Shows an encoder's features to whoever watches it. */
export function showFeatures(encoder: LayersModel, features: Tensor): void {
  watchers.get(encoder)?.(features as Tensor2D); // [n, d]
}

/**
 * Runs `body`, and shows the features that `encode` computes in it of the encoder's images: how something learns from
 * the features of a method without a forward pass of its own.
 *
 * @param encoder The model itself: copies of it, as MoCo's key network, are others.
 * @param watch Called once a call of `encode` with this encoder. To keep the features it clones them, which costs no
 * memory; what it computes of them is on the tape if there is one.
 * @param body Synchronous.
 * @returns What `body` gives.
 * @example
 * ```ts
 * const projections = watchFeatures(encoder, features => seen.push(features.clone()), () => method.project(views));
 * ```
 */
export function watchFeatures<R>(encoder: LayersModel, watch: FeatureWatcher, body: () => R): R {
  checkValue('watchFeatures', 'encoder', encoder, object);
  checkValue('watchFeatures', 'watch', watch, callable);
  checkValue('watchFeatures', 'body', body, callable);
  const before = watchers.get(encoder);
  watchers.set(encoder, watch);
  try {
    return body();
  } finally {
    if (before) watchers.set(encoder, before);
    else watchers.delete(encoder);
  }
}
