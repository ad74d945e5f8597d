import * as tf from '@tensorflow/tfjs-core';
import {checkNetworks} from '@contrastive/layers';
import {infoNCE} from '@contrastive/losses';
import {createQueue} from '@contrastive/momentum-queue';
import {restoreVariables, type Method} from '@contrastive/train';
import {checkLoss} from './check-loss.js';
import {checkViews} from './check-views.js';
import {createKeyNetworks, encode, weightsOf, type Networks} from './key-networks.js';
import {contrastiveAccuracy, embeddingSpread} from './metrics.js';
import {checkOptions, type MoCoLossInput, type MoCoOptions} from './options.js';
import {permutation} from './permutation.js';

/** Queries of a batch, not normalised; with `symmetric` also `z2`, those of view two. */
export interface MoCoProjections extends tf.NamedTensorMap {
  /** Queries of view one, `[n, d]`. */
  z1: tf.Tensor2D;
}

/** Keys of a batch, constant and not normalised; with `symmetric` also `k1`, those of view one. */
export interface MoCoTargets extends tf.NamedTensorMap {
  /** Keys of view two, `[n, d]`. */
  k2: tf.Tensor2D;
}

/** Number of features that the loss compares. */
function projectedDim({encoder, head}: Networks): number {
  const [, dim] = (head ?? encoder).outputs[0].shape;
  if (dim === null)
    throw new RangeError(
      `createMoCo: the output of ${head ? 'head' : 'encoder'} must have a known size, got [n, n]; fix the size ` +
        'of its input.',
    );
  return dim;
}

/**
 * MoCo (He et al. 2020, arXiv 1911.05722, algorithm 1): queries learn to be near the key of the other view of their
 * image and away from a queue of keys of earlier batches. Keys come from copies of the networks that follow them
 * slowly, outside the tape, so they take no memory for gradients.
 *
 * A step: keys of view two by the key networks; queries of view one; the loss against the queue as it is; the
 * optimiser; then the key networks move by m·θ_k + (1 − m)·θ_q and the keys join the queue. The authors' code moves the
 * key networks at the start of the next step instead, after its queries and before its keys. All pairs (θ_q, θ_k) that
 * meet are the same: the code's first move is of equal networks, and our last one comes after the last loss. A momentum
 * that is a function is asked for the step that just ended.
 *
 * As in the authors' code, momentum moves the learned weights only: the key networks run in training mode, and their
 * running statistics follow their own batches. With `symmetric` both views are queries and keys; the loss is the mean
 * of both directions (the authors' CIFAR demo adds them), and keys of both views join the queue afterwards, so no image
 * is its own negative.
 *
 * With `splits` BatchNorm normalises groups of the batch apart (image i in group i mod splits), as several devices
 * would, and the keys go through in another order than the queries, drawn from the run's seed, the step and the view:
 * no statistics tell which key belongs to a query (section 3.3, "Shuffling BN").
 *
 * Parameters are the weights that are trainable now, named `encoder/<layer>/<weight>` and `head/<layer>/<weight>`.
 * `state` has running statistics, the key networks under `key/`, and `queue/rows` and `queue/position`. Metrics:
 * `contrastiveAccuracy` and `contrastiveTop5Accuracy` among own key and queue, and `embeddingSpread` of the queries.
 * Load weights into the networks before this call: the key networks start as copies.
 *
 * @param options Networks, loss, queue and momentum; see {@link MoCoOptions}.
 * @returns The method, for `train`. Disposing it frees key networks and queue; encoder and head stay the caller's. Its
 * functions throw `RangeError` for views of
 * other shapes than the encoder takes, for a batch that brings more keys than the queue holds and for one that `splits`
 * does not divide.
 * @throws `TypeError` or `RangeError` for networks that do not fit each other or images, and for options out of range;
 * `Error` for a loss that makes no use of
 *   negatives, for two weights of one name and for networks that cannot be copied.
 * @example
 * ```ts
 * const method = createMoCo({encoder: resnet18({stem: 'cifar'}), head: mocoV2Head(512), loss: infoNCE({temperature:
 * 0.1}), queueSize: 4096, momentum: 0.99});
 * ```
 */
export function createMoCo(options: MoCoOptions): Method<MoCoTargets, MoCoProjections> {
  const {encoder, head, loss = infoNCE()} = options;
  checkNetworks('createMoCo', encoder, head);
  const {queueSize, momentum, symmetric, splits, seed} = checkOptions(options);
  const networks: Networks = {encoder, head};
  const dim = projectedDim(networks);
  checkLoss(loss, dim);

  const trained = weightsOf(networks);
  const keys = createKeyNetworks(networks, splits);
  const queue = createQueue({size: queueSize, dim, seed});
  const {rows, position} = queue.state();
  const state = Object.fromEntries([
    ...trained.map(({name, variable}) => [name, variable] as const),
    ...keys.weights.map(({name, variable}) => [`key/${name}`, variable] as const),
    ['queue/rows', rows] as const,
    ['queue/position', position] as const,
  ]);
  const parameters = Object.fromEntries(
    trained.filter(({trainable}) => trainable).map(({name, variable}) => [name, variable]),
  );

  /** What the loss compares: one direction, or both. */
  function comparisons({z1, z2}: MoCoProjections, {k1, k2}: MoCoTargets): MoCoLossInput[] {
    const negatives = queue.negatives();
    const first = {z1, z2: k2, negatives};
    return symmetric ? [first, {z1: z2 as tf.Tensor2D, z2: k1 as tf.Tensor2D, negatives}] : [first]; // [n, d] each
  }

  /** Over the directions. */
  const mean = (values: tf.Scalar[]): tf.Scalar =>
    values.length === 1 ? values[0] : tf.mul(tf.addN(values), 1 / values.length);

  return {
    parameters,
    targets(views, {seed, step}) {
      checkViews(views, encoder, splits);
      const n = views.first.shape[0];
      const count = symmetric ? 2 * n : n;
      if (count > queueSize) {
        throw new RangeError(
          `MoCo: a batch of ${n} images brings ${count} keys, but the queue holds ${queueSize}; use a smaller ` +
            'batch or a larger queueSize.',
        );
      }
      const encoded = (images: tf.Tensor, view: number): tf.Tensor2D =>
        keys.encode(images, splits > 1 ? permutation(n, seed, step, view) : undefined);
      return tf.tidy((): MoCoTargets => {
        const k2 = encoded(views.second, 2);
        return symmetric ? {k2, k1: encoded(views.first, 1)} : {k2};
      });
    },
    project(views, {updateStatistics = true} = {}) {
      checkViews(views, encoder, splits);
      return tf.tidy((): MoCoProjections => {
        const z1 = encode(networks, views.first, splits, updateStatistics);
        return symmetric ? {z1, z2: encode(networks, views.second, splits, updateStatistics)} : {z1};
      });
    },
    loss: (projections, targets) => tf.tidy(() => mean(comparisons(projections, targets).map(input => loss(input)))),
    update({k1, k2}, {step}) {
      keys.follow(typeof momentum === 'number' ? momentum : momentum(step));
      tf.tidy(() => {
        queue.enqueue(symmetric ? tf.concat([k1 as tf.Tensor2D, k2]) : k2); // [2n, d] or [n, d]
      });
    },
    metrics: (projections, targets) =>
      tf.tidy(() => {
        const inputs = comparisons(projections, targets);
        return {
          contrastiveAccuracy: mean(inputs.map(input => contrastiveAccuracy(input))),
          contrastiveTop5Accuracy: mean(inputs.map(input => contrastiveAccuracy(input, 5))),
          embeddingSpread: mean(inputs.map(({z1}) => embeddingSpread(z1))),
        };
      }),
    state: () => state,
    restore(tensors) {
      restoreVariables('MoCo.restore', state, tensors);
    },
    dispose() {
      keys.dispose();
      queue.dispose();
    },
  };
}
