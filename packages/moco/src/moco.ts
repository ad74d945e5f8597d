import * as tf from '@tensorflow/tfjs-core';
import {alone, checkViews, encode, variablesOf, type Networks} from '@contrastive/layers';
import {embeddingSpread, infoNCE, l2Normalize} from '@contrastive/losses';
import {createQueue} from '@contrastive/momentum-queue';
import {checkSaved, restoreVariables, type Method, type Views} from '@contrastive/train';
import {createKeyNetworks} from './key-networks.js';
import {keyAccuracy} from './metrics.js';
import {checkOptions, type MoCoLossInput, type MoCoOptions} from './options.js';
import {permutation} from './permutation.js';
import {risingLoss} from './rising-loss.js';
import {negativesWatch} from './uses-negatives.js';

/** Which view asks and which one answers, by the name of the pair of queries and keys. */
const forward = {pair: 'forward', query: 'first', key: 'second'} as const;
const backward = {pair: 'backward', query: 'second', key: 'first'} as const;

/**
 * The queries of each pair, `[n, d]`, not normalised: `forward`, those of view one, and with `symmetric` `backward`.
 */
export type MoCoQueries = Record<string, tf.Tensor2D>;

/**
 * The key of each query, `[n, d]`, constant and not normalised: `forward`, those of view two, and with `symmetric`
 * `backward`; `labels`, `[n, 1]`, where the views have labels.
 */
export type MoCoKeys = Record<string, tf.Tensor2D>;

/** MoCo as a method for `train`. */
export type MoCo = Method<MoCoKeys, MoCoQueries>;

/** Number of features that the loss compares. */
function projectedDim({encoder, head}: Networks): number {
  const [, dim] = (head ?? encoder).outputs[0].shape;
  if (dim !== null) return dim;
  throw new RangeError(
    `moco: expected an output of known size of ${head ? 'head' : 'encoder'}, got [n, n]; fix the size of its input.`,
  );
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
 * no statistics tell which key belongs to a query (section 3.3, "Shuffling BN"). Where several ranks train together,
 * the statistics are those of each one's images, and the keys are shuffled among all of them. Authors' code: one rank
 * draws the order and sends it to the others, and each has the images of all. Here each draws the same order, and ranks
 * exchange the images that they need. The queue is the same on all ranks. `shuffle: false` leaves the order, to see
 * what statistics tell.
 *
 * Parameters are the weights that are trainable now, named `encoder/<layer>/<weight>` and `head/<layer>/<weight>`.
 * `state` has running statistics, the key networks under `key/`, and `queue/rows` and `queue/position`. Metrics:
 * `contrastiveAccuracy` and `contrastiveTop5Accuracy` among own key and queue, and `embeddingSpread` of the queries.
 * Load weights into the networks before this call: the key networks start as copies.
 *
 * @param options Networks, loss, queue and momentum; see {@link MoCoOptions}.
 * @returns The method, for `train`. Disposing it frees key networks and queue; encoder and head stay the caller's. Its
 * functions throw for views that the encoder does not take or that are prepared otherwise than those that it was
 * trained on, for a batch that brings more keys than the queue holds, for one that `splits` does not divide, and, in
 * the first step, for a loss that makes no use of its negatives.
 * @throws `TypeError` or `RangeError` for networks that do not fit each other or images, and for a bad option; `Error`
 * for two weights of one name and for networks that cannot be copied.
 * @example
 * ```ts
 * const encoder = resnet18({stem: 'cifar'});
 * const loss = infoNCE({temperature: 0.1});
 * const method = moco({encoder, head: mocoV2Head(encoder), loss, queueSize: 4096, keyMomentum: 0.99});
 * ```
 */
export const moco = (options: MoCoOptions): MoCo => createMoCo('moco', options);

/** The same for presets: `where` is what messages begin with. */
export function createMoCo(where: string, options: MoCoOptions): MoCo {
  const {encoder, head, loss = infoNCE(), ...checked} = checkOptions(where, options);
  const {queueSize, keyMomentum, symmetric, splits, shuffle, recompute} = checked;
  const networks = {encoder, head};
  const dim = projectedDim(networks);
  const watch = negativesWatch(loss, dim);
  const remark = risingLoss(queueSize);
  const directions = symmetric ? [forward, backward] : [forward];

  const {parameters, state: trained} = variablesOf(networks);
  const keyNetworks = createKeyNetworks(networks, splits);
  const queue = createQueue({size: queueSize, dim, seed: checked.seed});
  const prefixed = <T>(prefix: string, record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));
  const networkState = {...trained, ...prefixed('key/', keyNetworks.state)};
  const state = {...networkState, ...prefixed('queue/', queue.state())};

  /** What the loss compares, once a direction. */
  function comparisons(queries: MoCoQueries, {labels, ...keys}: MoCoKeys): MoCoLossInput[] {
    const negatives = queue.negatives();
    const classes = labels as tf.Tensor2D | undefined; // a record may lack any name
    const given = classes && {labels: tf.squeeze<tf.Tensor1D>(classes, [1])};
    return directions.map(({pair}) => ({z1: queries[pair], z2: keys[pair], negatives, ...given}));
  }

  /** Over the directions. */
  const mean = (values: tf.Scalar[]): tf.Scalar =>
    values.length === 1 ? values[0] : tf.mul(tf.addN(values), 1 / values.length);

  return {
    encoder,
    parameters,
    localLoss: true, // each query has its own key and the queue
    targets(views, {seed, step, communicator = alone}) {
      checkBatch(views, encoder, {queueSize, splits, keys: directions.length});
      watch.look(views.labels !== undefined);
      const [n] = views.first.shape;
      const {size} = communicator;
      checkKeys(size * n, queueSize, directions.length);
      return tf.tidy(() => {
        const keys: MoCoKeys = {};
        for (const {pair, key} of directions) {
          const shuffles = shuffle && splits * size > 1;
          const order = shuffles ? permutation(size * n, seed, step, key === 'first' ? 1 : 2) : undefined;
          keys[pair] = keyNetworks.encode(views[key], order, communicator);
        }
        return {...keys, ...(views.labels && {labels: tf.tensor2d(views.labels, [n, 1], 'int32')})};
      });
    },
    project: (views, updates) =>
      tf.tidy(() => {
        checkBatch(views, encoder, {queueSize, splits, keys: directions.length});
        const queries: MoCoQueries = {};
        const how = {...updates, splits, recompute};
        for (const {pair, query} of directions) queries[pair] = encode(networks, views[query], how);
        return queries;
      }),
    loss: (queries, keys) =>
      tf.tidy(() => {
        checkKeys(queries.forward.shape[0], queueSize, directions.length); // of slices only here all are together
        return mean(comparisons(queries, keys).map(input => loss(input)));
      }),
    update(keys, {step}) {
      watch.look();
      keyNetworks.follow(typeof keyMomentum === 'number' ? keyMomentum : keyMomentum(step));
      tf.tidy(() => {
        // Keys of view one first.
        queue.enqueue(tf.concat(directions.map(({pair}) => keys[pair]).reverse())); // [n, d], or [2n, d]
      });
    },
    metrics: (queries, keys) =>
      tf.tidy(() => {
        const inputs = comparisons(queries, keys);
        return {
          contrastiveAccuracy: mean(inputs.map(input => keyAccuracy(input))),
          contrastiveTop5Accuracy: mean(inputs.map(input => keyAccuracy(input, 5))),
          embeddingSpread: mean(inputs.map(({z1}) => embeddingSpread(z1))),
        };
      }),
    check: watch.settled,
    collapsedLoss: n => {
      const [z1, z2, negatives] = [n, n, queueSize].map(rows => l2Normalize(tf.ones<tf.Rank.R2>([rows, dim])));
      return loss({z1, z2, negatives, labels: tf.range(0, n, 1, 'int32')});
    },
    remark,
    state: () => state,
    async restore(tensors) {
      checkSaved('MoCo.restore', state, tensors);
      await queue.restore({rows: tensors['queue/rows'], position: tensors['queue/position']});
      const saved = Object.fromEntries(Object.keys(networkState).map(name => [name, tensors[name]]));
      restoreVariables('MoCo.restore', networkState, saved);
      keyNetworks.takeFrozen();
    },
    dispose() {
      keyNetworks.dispose();
      queue.dispose();
    },
  };
}

/** Throws unless the views fit the encoder, and their number the queue and the splits. */
function checkBatch(
  views: Views,
  encoder: Networks['encoder'],
  {queueSize, splits, keys}: {readonly queueSize: number; readonly splits: number; readonly keys: number},
): void {
  checkViews('MoCo', views, encoder);
  const [n] = views.first.shape;
  if (n % splits !== 0) {
    throw new RangeError(
      `MoCo: expected splits that divide the batch, got ${splits} splits of ${n} images; drop the last, smaller ` +
        'batch, or choose another number, of splits or of microBatch.',
    );
  }
  checkKeys(n, queueSize, keys);
}

/** Throws where a batch of n images brings more keys than the queue holds. */
function checkKeys(n: number, queueSize: number, keys: number): void {
  if (keys * n > queueSize) {
    throw new RangeError(
      `MoCo: expected at most ${queueSize} keys a batch, as many as the queue holds, got ${keys * n} of ${n} images; ` +
        'use a smaller batch or a larger queueSize.',
    );
  }
}
