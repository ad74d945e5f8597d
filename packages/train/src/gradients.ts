import * as tf from '@tensorflow/tfjs-core';
import {batchLoss} from './across-ranks.js';
import {backward, forget, record} from './backward.js';
import type {Views} from './method.js';
import type {CheckedOptions} from './options.js';
import {contextOf, inOwnContext} from './random-draws.js';

/** What a forward and backward pass computes; all tensors are the caller's. */
export interface Gradients {
  /** The loss, before the update; a sum over the ranks makes it that of all where the method has a local loss. */
  readonly loss: tf.Scalar;
  /** One gradient for each parameter, by the parameter's name: this rank's share, to be summed over the ranks. */
  readonly gradients: tf.NamedTensorMap;
  /** The projections that were compared, where they were asked for. */
  readonly projections?: tf.NamedTensorMap;
}

/** Gradients by the names of their parameters. Throws where one is missing. */
export function namedGradients(
  names: readonly string[],
  gradients: readonly (tf.Tensor | undefined)[],
): tf.NamedTensorMap {
  const named: tf.NamedTensorMap = {};
  names.forEach((name, i) => {
    const gradient = gradients[i];
    if (gradient === undefined) {
      throw new Error(
        `train: expected a loss that depends on ${name}, got one that does not; leave it out of the method's ` +
          'parameters.',
      );
    }
    named[name] = gradient;
  });
  return named;
}

/** Targets of this rank's images; the caller's. */
export function targetsOf<T extends tf.NamedTensorMap>(options: CheckedOptions<T>, views: Views, step: number): T {
  const context = contextOf(options, step);
  return inOwnContext(context, 0, () => tf.tidy(() => options.method.targets(views, context)));
}

/**
 * The loss of a batch and its gradient for each parameter, in one piece. Nothing leaks when the method throws.
 *
 * @param targets Those that the loss compares; borrowed.
 * @throws `Error` when a parameter takes no part in the loss.
 */
export function gradientsOf<T extends tf.NamedTensorMap>(
  options: CheckedOptions<T>,
  views: Views,
  step: number,
  targets: T,
  wantProjections: boolean,
): Gradients {
  const {method, communicator} = options;
  const context = contextOf(options, step);
  const variables = Object.values(method.parameters);
  return tf.tidy(() => {
    const forward = inOwnContext(context, 1, () => record(() => method.project(views, {communicator})));
    try {
      const projections: tf.NamedTensorMap = forward.value;
      const n = views.indices.length;
      const {loss, dProjections, gradients, compared} = batchLoss(
        method,
        communicator,
        projections,
        targets,
        context,
        n,
      );
      const dys = Object.entries(dProjections).map(([name, dz]) => [projections[name], dz] as const);
      const through = backward(forward, dys, variables);
      const sums = through.map((gradient, i) => added(gradient, gradients[i]));
      return {
        loss,
        gradients: namedGradients(Object.keys(method.parameters), sums),
        ...(wantProjections && {projections: compared}),
      };
    } catch (error) {
      forget(forward);
      throw error;
    }
  });
}

/** The sum of two gradients, of which one or both may be missing. */
const added = (one: tf.Tensor | undefined, other: tf.Tensor | undefined): tf.Tensor | undefined =>
  one && other ? tf.add(one, other) : (one ?? other);
