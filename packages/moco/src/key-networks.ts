import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import {namedWeights, type NamedWeight} from '@contrastive/layers';
import {copyNetwork, updateMomentum} from '@contrastive/momentum-queue';
import {inverse} from './permutation.js';

/** Encoder and, where there is one, head. */
export interface Networks {
  readonly encoder: tfl.LayersModel;
  readonly head?: tfl.LayersModel;
}

/** The networks that follow the trained ones. */
interface KeyNetworks {
  /**
   * Keys in training mode, `[n, d]`, the caller's: BatchNorm takes the statistics of the batch, and its running ones
   * move.
   *
   * @param order Runs the images through the networks in this order; the keys come back in the order of the images.
   */
  encode(images: tf.Tensor, order?: Int32Array): tf.Tensor2D;
  /** Moves the weights towards those of the trained networks; `momentum` is the fraction that stays. */
  follow(momentum: number): void;
  /** All weights, `encoder/<layer>/<weight>` and `head/<layer>/<weight>`. */
  readonly weights: readonly NamedWeight[];
  dispose(): void;
}

/** Weights of encoder and head by name. */
export const weightsOf = ({encoder, head}: Networks): NamedWeight[] => [
  ...namedWeights(encoder, 'encoder'),
  ...(head ? namedWeights(head, 'head') : []),
];

/** Images through encoder and head in training mode: `[n, d]`. */
export function encode(
  {encoder, head}: Networks,
  images: tf.Tensor,
  splits: number,
  updateStatistics: boolean,
): tf.Tensor2D {
  // Layers write into the keyword arguments that they are given. A model with one output returns one tensor.
  const apply = (model: tfl.LayersModel, x: tf.Tensor): tf.Tensor =>
    model.apply(x, {training: true, updateStatistics, ...(splits > 1 && {splits})}) as tf.Tensor;
  const features = apply(encoder, images);
  return (head ? apply(head, features) : features) as tf.Tensor2D; // [n, d]
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
  const weights = weightsOf(networks);
  return {
    weights,
    encode: (images, order) =>
      tf.tidy(() => {
        if (order === undefined) return encode(networks, images, splits, true);
        const shuffled = tf.gather(images, tf.tensor1d(order, 'int32'));
        return tf.gather(encode(networks, shuffled, splits, true), tf.tensor1d(inverse(order), 'int32'));
      }),
    follow(momentum) {
      updateMomentum(networks.encoder, trained.encoder, momentum);
      if (networks.head && trained.head) updateMomentum(networks.head, trained.head, momentum);
    },
    dispose() {
      tf.dispose(weights.map(({variable}) => variable));
    },
  };
}
