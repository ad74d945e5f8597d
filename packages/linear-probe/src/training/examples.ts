import {createRandom, type Augment} from '@contrastive/augment';
import {disposeViews, oneView, subset, type Source} from '@contrastive/data';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {extractFeatures} from '../extract-features.js';
import {selectRows, type Features} from '../features.js';
import {oneHot} from './classifier.js';

/** Features of a batch, `[n, columns]`, and its classes as zeros and ones, `[n, c]`; whoever takes them frees them. */
interface Batch {
  readonly features: tf.Tensor2D;
  readonly targets: tf.Tensor2D;
}

/** How examples are put into batches. */
interface BatchPlan {
  readonly batchSize: number;
  readonly epochs: number;
  /** The order, and the views of images, are a function of it. */
  readonly seed: number;
  /** The classes, of which targets are positions. */
  readonly classes: Int32Array;
}

/** Labelled features, or labelled images with a frozen encoder. */
export interface Examples {
  readonly rows: number;
  /** `[rows]`. */
  readonly labels: Int32Array;
  /** Those at the given positions. */
  part(positions: Int32Array): Examples;
  /** Features as in evaluation. */
  evaluated(): Promise<Features>;
  /** All epochs one after the other; an epoch has ⌈rows / batchSize⌉ batches. */
  batches(plan: BatchPlan): AsyncIterable<Batch>;
}

/** The stream of orders in `data`: features come in the order in which images would. */
const ORDER_STREAM = 0;

/** Where each label stands among the classes. */
export function positionsOf(labels: Int32Array, classes: Int32Array): Int32Array {
  const places = new Map(Array.from(classes, (label, i) => [label, i]));
  return labels.map(label => places.get(label) ?? -1);
}

/** Rows of one and of the other. */
export function joinedFeatures(one: Features, other: Features): Features {
  const data = new Float32Array(one.data.length + other.data.length);
  data.set(one.data);
  data.set(other.data, one.data.length);
  const labels = [...(one.labels ?? []), ...(other.labels ?? [])];
  return {data, rows: one.rows + other.rows, columns: one.columns, labels: Int32Array.from(labels)};
}

/** Examples of features that are there already, which lie on the device while they are learned from. */
export function featureExamples(features: Features): Examples {
  const {data, rows, columns, labels = new Int32Array()} = features;
  return {
    rows,
    labels,
    part: positions => featureExamples(selectRows(features, positions)),
    evaluated: async () => features,
    async *batches({batchSize, epochs, seed, classes}) {
      const all = tf.tensor2d(data, [rows, columns]);
      const targets = oneHot(positionsOf(labels, classes), classes.length);
      try {
        for (let epoch = 0; epoch < epochs; epoch++) {
          const order = createRandom(seed, ORDER_STREAM, epoch).permutation(rows);
          const shuffled = tf.tidy(() => {
            const places = tf.tensor1d(order, 'int32');
            return [tf.gather(all, places), tf.gather(targets, places)] as const;
          });
          try {
            for (let from = 0; from < rows; from += batchSize) {
              const count = Math.min(batchSize, rows - from);
              yield {features: tf.slice(shuffled[0], from, count), targets: tf.slice(shuffled[1], from, count)};
            }
          } finally {
            tf.dispose([...shuffled]);
          }
        }
      } finally {
        tf.dispose([all, targets]);
      }
    },
  };
}

/** Images and what makes features of them. */
export interface ImageExamples {
  readonly encoder: LayersModel;
  readonly source: Source;
  /** Of training images. */
  readonly augment: Augment;
}

/** Examples of images, each batch of which goes through the encoder in inference mode, augmented anew. */
export function imageExamples({encoder, source, augment}: ImageExamples): Examples {
  const {length, labels = new Int32Array()} = source;
  return {
    rows: length,
    labels,
    part: positions => imageExamples({encoder, augment, source: subset(source, positions)}),
    evaluated: async () => extractFeatures(encoder, source),
    async *batches({batchSize, epochs, seed, classes}) {
      for await (const views of oneView(source, {augment, batchSize, epochs, seed, dropLast: false})) {
        try {
          const batchLabels = positionsOf(views.labels ?? new Int32Array(), classes);
          const features = tf.tidy(() => encoder.apply(views.first, {training: false}) as tf.Tensor2D); // [n, d]
          yield {features, targets: oneHot(batchLabels, classes.length)};
        } finally {
          disposeViews(views);
        }
      }
    },
  };
}
