import * as tf from '@tensorflow/tfjs-core';
import type {Method, Projections, Views} from './method.js';

/** What one forward and backward pass computes; all tensors are the caller's. */
export interface Gradients {
  /** The loss, before the update. */
  readonly loss: tf.Scalar;
  /** One gradient for each parameter, by the parameter's name. */
  readonly gradients: tf.NamedTensorMap;
  /** The projections of this pass, where they were asked for. */
  readonly projections?: Projections;
}

/** Frees what the tape of a failed pass still holds; TensorFlow.js does so only when the pass succeeds. */
function discardTape(): void {
  const {state} = tf.engine();
  if (state.gradientDepth > 0) return; // the tape of an outer gradient, which is not ours
  // Null between passes, though the type does not say so.
  const tape = state.activeTape as typeof state.activeTape | null;
  for (const {saved} of tape ?? []) tf.dispose(saved ?? []);
  state.activeTape = [];
}

/** Clones that outlive the pass and cost no memory of their own. */
const keepAll = (projections: Projections): Projections =>
  Object.fromEntries(Object.entries(projections).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))])) as Projections;

/**
 * The loss of one batch and its gradient for each parameter. Nothing leaks when the method throws.
 *
 * @throws `Error` when a parameter takes no part in the loss.
 */
export function lossAndGradients<T extends tf.NamedTensorMap>(method: Method<T>, views: Views, targets: T, keepProjections: boolean): Gradients {
  const parameters = Object.entries(method.parameters);
  let projections: Projections | undefined;
  try {
    return tf.tidy(() => {
      const {value, grads} = tf.variableGrads(
        () => {
          const projected = method.project(views);
          if (keepProjections) projections = keepAll(projected);
          return method.loss(projected, targets);
        },
        parameters.map(([, variable]) => variable),
      );
      // By the variables' own names, which the engine makes unique; null for a variable that cannot be trained.
      const byVariable = grads as Readonly<Record<string, tf.Tensor | null | undefined>>;
      const gradients: tf.NamedTensorMap = {};
      for (const [name, variable] of parameters) {
        const gradient = byVariable[variable.name];
        if (gradient == null) {
          throw new Error(`train: the loss does not depend on ${name}, or it is frozen; leave it out of the method's parameters.`);
        }
        gradients[name] = gradient;
      }
      return {loss: value, gradients, ...(projections && {projections})};
    });
  } catch (error) {
    discardTape();
    if (projections) tf.dispose(projections);
    throw error;
  }
}
