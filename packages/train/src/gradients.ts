import * as tf from '@tensorflow/tfjs-core';
import {valueAndGradients} from './backward.js';
import type {Method, Views} from './method.js';

/** What one forward and backward pass computes; all tensors are the caller's. */
export interface Gradients {
  /** The loss, before the update. */
  readonly loss: tf.Scalar;
  /** One gradient for each parameter, by the parameter's name. */
  readonly gradients: tf.NamedTensorMap;
  /** The projections of this pass, where they were asked for. */
  readonly projections?: tf.NamedTensorMap;
}

/** Clones that outlive the pass and cost no memory of their own. */
const keepAll = (projections: tf.NamedTensorMap): tf.NamedTensorMap =>
  Object.fromEntries(Object.entries(projections).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]));

/** What a step computes before its update; all tensors are the caller's. */
export interface StepGradients<T extends tf.NamedTensorMap> extends Gradients {
  readonly targets: T;
  readonly targetSeconds: number;
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

/**
 * The loss of one batch and its gradient for each parameter. Nothing leaks when the method throws.
 *
 * @throws `Error` when a parameter takes no part in the loss.
 */
export function lossAndGradients<T extends tf.NamedTensorMap>(
  method: Method<T>,
  views: Views,
  targets: T,
  keepProjections: boolean,
): Gradients {
  let projections: tf.NamedTensorMap | undefined;
  try {
    return tf.tidy(() => {
      const {value, gradients} = valueAndGradients(() => {
        const projected = method.project(views);
        if (keepProjections) projections = keepAll(projected);
        return method.loss(projected, targets);
      }, Object.values(method.parameters));
      return {
        loss: value,
        gradients: namedGradients(Object.keys(method.parameters), gradients),
        ...(projections && {projections}),
      };
    });
  } catch (error) {
    if (projections) tf.dispose(projections);
    throw error;
  }
}
