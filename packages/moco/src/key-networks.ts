import * as tf from '@tensorflow/tfjs-core';
import {alone, encode, pairWeights, variablesOf, type Communicator, type Networks} from '@contrastive/layers';
import {copyNetwork, updateMomentum} from '@contrastive/momentum-queue';

/** The networks that follow the trained ones. */
interface KeyNetworks {
  /**
   * Keys in training mode, `[n, d]`, the caller's: BatchNorm takes the statistics of the batch, and its running ones
   * move.
   *
   * @param order Runs the images of all ranks through the networks in this order, of which each rank has its share; the
   * keys come back to where the images are.
   */
  encode(images: tf.Tensor, order?: Int32Array, communicator?: Communicator): tf.Tensor2D;
  /** Moves the weights towards those that are trained, `momentum` is the fraction that stays; frozen ones stay. */
  follow(momentum: number): void;
  /** Takes the weights that are frozen in the trained encoder from it: after a restore of a run that trained them. */
  takeFrozen(): void;
  /** All variables, `encoder/<layer>/<weight>` and `head/<layer>/<weight>`. */
  readonly state: Readonly<Record<string, tf.Variable>>;
  dispose(): void;
}

function copied({encoder, head}: Networks): Networks {
  const keyEncoder = copyNetwork(encoder);
  try {
    return {encoder: keyEncoder, ...(head && {head: copyNetwork(head)})};
  } catch (error) {
    for (const weight of keyEncoder.weights) weight.dispose();
    throw error;
  }
}

/** Copies of the networks as they are now, running statistics included. */
export function createKeyNetworks(trained: Networks, splits: number): KeyNetworks {
  const networks = copied(trained);
  const {state} = variablesOf(networks);
  const only = new Set(Object.values(variablesOf(trained).parameters)); // frozen ones are equal, and stay
  const pairs = pairWeights('MoCo', networks.encoder, trained.encoder);
  return {
    state,
    encode: (images, order, communicator = alone) =>
      tf.tidy(() => {
        const how = {splits, communicator};
        if (order === undefined) return encode(networks, images, how);
        const keys = encode(networks, communicator.permute(images, order), how);
        return communicator.permute(keys, inverse(order));
      }),
    follow(momentum) {
      updateMomentum(networks.encoder, trained.encoder, momentum, {only});
      if (networks.head && trained.head) updateMomentum(networks.head, trained.head, momentum, {only});
    },
    takeFrozen() {
      for (const {target, source, parameter} of pairs) if (parameter && !only.has(source)) target.assign(source);
    },
    dispose() {
      tf.dispose(state);
    },
  };
}

/** Where each number stands in a permutation. */
export function inverse(order: Int32Array): Int32Array {
  const places = new Int32Array(order.length);
  order.forEach((value, place) => (places[value] = place));
  return places;
}
