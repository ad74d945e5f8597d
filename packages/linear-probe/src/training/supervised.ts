import {checkOptions, number, object, required, type Rules} from '@contrastive/internal';
import {checkNetworks, checkViews, encode, recomputeRule, variablesOf, type Recompute} from '@contrastive/layers';
import {restoreVariables, type Method, type Views} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {checkLabels, classCountRule} from './labels.js';
import {meanCrossEntropy} from './mean-cross-entropy.js';

/** What {@link supervised} needs. */
export interface SupervisedOptions {
  /** Images `[n, height, width, channels]` to features `[n, d]`; stays the caller's. */
  readonly encoder: tfl.LayersModel;
  /** Number of classes; labels are 0 to `classCount − 1`. */
  readonly classCount: number;
  /**
   * Features `[n, d]` to logits `[n, classCount]`, the caller's; by default a linear layer that starts at zero, which
   * is the method's.
   */
  readonly head?: tfl.LayersModel;
  /**
   * Part of the target that is spread evenly over all classes, from 0 to below 1; 0 by default (Szegedy et al. 2016,
   * arXiv 1512.00567, section 7).
   */
  readonly labelSmoothing?: number;
  /** `'blocks'` keeps less for the backward pass, for more time; `'none'` by default. See `encode` of `layers`. */
  readonly recompute?: Recompute;
}

/** Logits `[n, classCount]`, of each view that the batch has. */
export type Logits = Record<string, tf.Tensor2D>;

/** The class of each image, `[n]` int32. */
export interface Labels extends tf.NamedTensorMap {
  readonly labels: tf.Tensor1D;
}

/** Supervised training as a method for `train`. */
export interface Supervised extends Method<Labels, Logits> {
  readonly encoder: tfl.LayersModel;
  /** Features to logits: the one that was given, or the method's own. */
  readonly head: tfl.LayersModel;
}

const rules: Rules<SupervisedOptions> = {
  encoder: required(object),
  classCount: required(classCountRule),
  head: object,
  labelSmoothing: number({least: 0, below: 1}),
  recompute: recomputeRule,
};

/** A linear layer from features to logits, all of it zero, as SimCLR's code has it. */
function zeroHead(encoder: tfl.LayersModel, classCount: number): tfl.LayersModel {
  const [, columns] = encoder.outputs[0].shape;
  if (columns === null) {
    throw new RangeError(
      'supervised: expected an output of known size of encoder, got [n, n]; fix the size of its input.',
    );
  }
  return tfl.sequential({
    layers: [
      tfl.layers.dense({name: 'classifier', units: classCount, inputShape: [columns], kernelInitializer: 'zeros'}),
    ],
  });
}

/** Mean over the views. */
const mean = (values: tf.Scalar[]): tf.Scalar =>
  values.length === 1 ? values[0] : tf.mul(tf.addN(values), 1 / values.length);

/**
 * Learning from labels, by the same loop, views, optimisers and checkpoints as the self-supervised methods: the mean
 * cross-entropy of a linear classifier on the encoder's features, through all weights of both that are trainable now.
 * What contrastive features are compared with, and what fine-tunes them.
 *
 * Views of `oneView` count each image once. Of `twoViews` both views of an image are examples of its class: a batch of
 * n images is one of 2n examples, for which the learning rate is to be scaled, and BatchNorm's statistics are of both.
 *
 * Parameters are named `encoder/<layer>/<weight>` and `head/<layer>/<weight>`, the classifier's own
 * `head/classifier/kernel` and `…/bias`; `state` has the running statistics too. Metrics: `accuracy` on the batch,
 * before its update.
 *
 * @param options Encoder, classes, head; see {@link SupervisedOptions}.
 * @returns The method, for `train`. Disposing it frees the head that it made; encoder and a given head stay the
 * caller's. Its functions throw for views without labels or with one that is out of range, and for views that the
 * encoder does not take or that are prepared otherwise than those that it was trained on.
 * @throws `TypeError` or `RangeError` for a bad option and for networks that do not fit images, each other or
 * `classCount`, `Error` for two weights of one name.
 * @example
 * ```ts
 * const method = supervised({encoder, classCount: 10});
 * const optimizer = sgd(method.parameters, {nesterov: true});
 * const views = oneView(labelled, {augment, batchSize: 256, seed: 1, epochs: 30});
 * for await (const {loss} of train({method, optimizer, views, learningRate: 0.1})) console.log(loss);
 * ```
 */
export function supervised(options: SupervisedOptions): Supervised {
  checkOptions('supervised', options, rules);
  const {encoder, classCount, labelSmoothing = 0, recompute} = options;
  checkNetworks('supervised', {encoder, head: options.head});
  const outputs = options.head?.outputs[0].shape[1];
  if (outputs !== undefined && outputs !== classCount) {
    throw new RangeError(
      `supervised: expected a head with ${classCount} outputs, one a class, got one with ${outputs ?? 'any number'}; ` +
        'make the head for the classes.',
    );
  }
  const head = options.head ?? zeroHead(encoder, classCount);
  const networks = {encoder, head};
  const {parameters, state} = variablesOf(networks);
  const labelsOf = ({labels, indices}: Views): Int32Array =>
    checkLabels('supervised', 'views', labels, indices.length, classCount);

  return {
    encoder,
    head,
    parameters,
    targets: views => ({labels: tf.tensor1d(labelsOf(views), 'int32')}),
    project(views, updates) {
      checkViews('supervised', views, encoder, true);
      return tf.tidy((): Logits => {
        const how = {...updates, recompute};
        const {first, second} = views;
        if (second === first) return {first: encode(networks, first, how)};
        const [one, other] = tf.split<tf.Tensor2D>(encode(networks, tf.concat([first, second]), how), 2);
        return {first: one, second: other};
      });
    },
    loss: (logits, {labels}) =>
      tf.tidy(() => mean(Object.values(logits).map(rows => meanCrossEntropy(rows, labels, labelSmoothing)))),
    update: () => undefined,
    metrics: (logits, {labels}) => ({
      accuracy: tf.tidy(() => mean(Object.values(logits).map(rows => rightShare(rows, labels)))),
    }),
    state: () => state,
    restore: async tensors => {
      restoreVariables('supervised.restore', state, tensors);
    },
    dispose() {
      if (options.head === undefined) head.dispose();
    },
  };
}

/** The part of the rows whose largest logit is that of their class. */
export const rightShare = (logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar =>
  tf.tidy(() => tf.mean<tf.Scalar>(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'float32')));
