import {alone, type Communicator} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';
import {valueAndGradients} from './backward.js';
import type {Method, StepContext} from './method.js';
import {inContext} from './random-draws.js';

/** Whose rows a method compares: of this rank alone where its loss needs no others. */
const comparedBy = ({localLoss = false}: Pick<Method, 'localLoss'>, communicator: Communicator): Communicator =>
  localLoss ? alone : communicator;

/** Throws unless there is a row an image, which is asked for where rows of ranks are joined. */
function checkRows(what: string, tensors: tf.NamedTensorMap, n: number): void {
  for (const [name, {shape}] of Object.entries(tensors)) {
    if (shape[0] === n) continue;
    throw new Error(
      `train: expected one row an image in the ${what} ${name}, got [${shape.join(', ')}] of ${n} images; ranks ` +
        'join rows.',
    );
  }
}

/**
 * The rows of all ranks, by name; each is the caller's.
 *
 * @param n The images of this rank.
 */
export function gathered<T extends tf.NamedTensorMap>(
  communicator: Communicator,
  what: string,
  tensors: T,
  n: number,
): T {
  if (communicator.size > 1) checkRows(what, tensors, n); // alone nothing is joined
  const entries = Object.entries(tensors).map(([name, tensor]) => [name, communicator.allGather(tensor)]);
  return Object.fromEntries(entries) as T;
}

/** The loss of a batch, and how it changes by what this rank has of it. */
interface BatchLoss {
  /** Of the batch of all ranks; with a local loss this rank's share of it, to be summed. */
  readonly loss: tf.Scalar;
  /** By the projections of this rank, where the loss depends on them. */
  readonly dProjections: tf.NamedTensorMap;
  /** By the parameters, directly, in their order; this rank's share of it, to be summed. */
  readonly gradients: readonly (tf.Tensor | undefined)[];
  /** What was compared: the projections of all ranks, or of this one. */
  readonly compared: tf.NamedTensorMap;
}

/**
 * The loss of the projections of all ranks, between the tape that made those of this one and the way back through it.
 * For a tidy.
 *
 * @param targets Those of all ranks, or with a local loss of this one.
 */
export function batchLoss<T extends tf.NamedTensorMap>(
  method: Method<T>,
  communicator: Communicator,
  projections: tf.NamedTensorMap,
  targets: T,
  context: StepContext,
  n: number,
): BatchLoss {
  const ranks = comparedBy(method, communicator);
  const share = 1 / communicator.size;
  const compared = gathered(ranks, 'projections', projections, n);
  const names = Object.keys(compared);
  const variables = Object.values(method.parameters);
  const {value, gradients} = valueAndGradients(
    () => inContext(context, -1, () => method.loss(compared, targets)),
    [...names.map(name => compared[name]), ...variables],
  );
  // Where each rank has the loss of all, each finds all of what the loss itself has to do with the parameters.
  const shared = (x: tf.Tensor): tf.Tensor => tf.mul(x, share);
  const local = method.localLoss === true;
  const dProjections = names.flatMap((name, i): [string, tf.Tensor][] => {
    const dz = gradients[i];
    return dz === undefined ? [] : [[name, local ? shared(dz) : ranks.ownRows(dz)]];
  });
  return {
    loss: local ? (shared(value) as tf.Scalar) : value,
    dProjections: Object.fromEntries(dProjections),
    gradients: gradients.slice(names.length).map(gradient => gradient && shared(gradient)),
    compared,
  };
}
