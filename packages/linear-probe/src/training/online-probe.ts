import {
  callable,
  checkOptions,
  checkValue,
  either,
  flag,
  having,
  number,
  required,
  type Rules,
} from '@contrastive/internal';
import {alone, watchFeatures} from '@contrastive/layers';
import {linearScaling, type Schedule} from '@contrastive/optim';
import {checkSaved, restoreVariables, type Method, type Views} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import {createClassifier, oneHot} from './classifier.js';
import {checkLabels, classCountRule} from './labels.js';
import {rightShare} from './supervised.js';

/** Options of {@link onlineProbe}. */
export interface OnlineProbeOptions {
  /** Number of classes; labels are 0 to `classCount − 1`. */
  readonly classCount: number;
  /** The learning rate, or a function from the step to it; by default 0.1 at 256 rows of features, in proportion. */
  readonly learningRate?: Schedule | number;
  /** From 0 to below 1; by default 0.9. */
  readonly momentum?: number;
  /** Nesterov's momentum, as SimCLR's linear evaluation has it; true by default. */
  readonly nesterov?: boolean;
}

const rules: Rules<OnlineProbeOptions> = {
  classCount: required(classCountRule),
  learningRate: either(number({least: 0}), {...callable, expected: 'a function of the step'}),
  momentum: number({least: 0, below: 1}),
  nesterov: flag,
};

const methodRule = required(
  having(
    'a method',
    ['targets', 'project', 'loss', 'update', 'state', 'restore'],
    'make one by simclr({…}) or moco({…})',
  ),
);

/** Features of some images of a step, kept, and their classes, one a row. */
interface Seen {
  readonly features: tf.Tensor2D;
  readonly labels: Int32Array;
}

/** One label for each row of features: of a method that encodes several views at once, once more for each. */
function repeated(labels: Int32Array, rows: number): Int32Array {
  if (rows % labels.length !== 0) {
    throw new RangeError(
      `onlineProbe: expected features of the ${labels.length} images of a batch, once or several times, got ${rows} ` +
        'rows; give a method that encodes whole views.',
    );
  }
  return Int32Array.from({length: rows}, (_, row) => labels[row % labels.length]);
}

/**
 * A method with a linear classifier beside it that learns from labels while the method learns without: how good the
 * features are, in each step, for next to nothing (Chen et al. 2020, arXiv 2002.05709, whose code does so by default).
 *
 * It learns from the features of the method's own forward pass, behind a stopped gradient, by an SGD of its own after
 * the step of the method. Parameters, loss and gradients of the method are as without it, bit for bit. The features are
 * of augmented images and of networks that go on changing, so its accuracy is below that of a probe afterwards.
 *
 * `metrics` has `probeAccuracy` beside the method's own: on the batch, before its update. `state` has the classifier
 * and its velocities under `probe/`, so that a resumed run goes on exactly.
 *
 * @param method The method, whose views have labels, and which runs its encoder by `encode` of `@contrastive/layers`,
 * as `simclr` and `moco` do. From now on the new method is trained in its place.
 * @param options Classes and learning rate; see {@link OnlineProbeOptions}.
 * @returns A method. Disposing it disposes the other too.
 * @throws `TypeError` or `RangeError` for a bad option and for a method without an encoder; its functions throw for
 * views without labels or with one that is out of range, and where the method encodes nothing.
 * @example
 * ```ts
 * const method = onlineProbe(simclr({encoder, head}), {classCount: 10});
 * for await (const {step, metrics} of train({method, metricsEvery: 100, …})) {
 *   if (metrics) console.log(step, metrics.probeAccuracy);
 * }
 * ```
 */
export function onlineProbe<T extends tf.NamedTensorMap, P extends tf.NamedTensorMap>(
  method: Method<T, P>,
  options: OnlineProbeOptions,
): Method<T, P> {
  checkValue('onlineProbe', 'method', method, methodRule);
  checkOptions('onlineProbe', options, rules);
  const {classCount, learningRate, momentum = 0.9, nesterov = true} = options;
  const {encoder} = method;
  const columns = encoder?.outputs[0].shape[1];
  if (encoder === undefined || columns == null) {
    const got = encoder ? 'an encoder whose number of features is not known' : 'one without';
    throw new RangeError(
      `onlineProbe: expected a method with an encoder of features [n, d] as method, got ${got}; give its record an ` +
        'encoder.',
    );
  }
  const classifier = createClassifier({columns, classCount, momentum, nesterov, weightDecay: 0});
  const own = Object.fromEntries(Object.entries(classifier.state).map(([name, value]) => [`probe/${name}`, value]));
  const state = {...method.state(), ...own};
  const seen: Seen[] = [];
  const forget = (): void => {
    tf.dispose(seen.splice(0).map(({features}) => features));
  };
  const labelsOf = ({labels, indices}: Views): Int32Array =>
    checkLabels('onlineProbe', 'views', labels, indices.length, classCount);
  const rateAt = (step: number, rows: number): number =>
    learningRate === undefined
      ? linearScaling(0.1, rows)
      : typeof learningRate === 'number'
        ? learningRate
        : learningRate(step);

  /** All features of the step, `[rows, d]`, with their classes; in a tidy. */
  function together(): Seen {
    if (seen.length === 0) {
      throw new Error(
        'onlineProbe: expected a method that runs its encoder by encode of @contrastive/layers, got no features of a ' +
          'step; use encode in its project.',
      );
    }
    const features = seen.length === 1 ? seen[0].features : tf.concat(seen.map(one => one.features));
    return {features, labels: Int32Array.from(seen.flatMap(({labels}) => Array.from(labels)))};
  }

  return {
    ...method,
    targets(views, context) {
      forget(); // of a step that failed
      labelsOf(views);
      return method.targets(views, context);
    },
    project(views, updates) {
      // With micro-batches images come again for the gradient, when statistics stay.
      if (updates?.updateStatistics === false) return method.project(views, updates);
      const labels = labelsOf(views);
      const look = (features: tf.Tensor2D): void => {
        const [rows] = features.shape;
        seen.push({labels: repeated(labels, rows), features: tf.keep(tf.clone(features))});
      };
      return watchFeatures(encoder, look, () => method.project(views, updates));
    },
    metrics: (projections, targets) => ({
      ...method.metrics?.(projections, targets),
      probeAccuracy: tf.tidy(() => {
        const {features, labels} = together();
        return rightShare(classifier.logits(features), tf.tensor1d(labels, 'int32'));
      }),
    }),
    update(targets, context) {
      method.update(targets, context);
      tf.tidy(() => {
        const {communicator = alone} = context;
        const {features, labels} = together();
        const [all, classes] = [features, oneHot(labels, classCount)].map(rows => communicator.allGather(rows));
        classifier.step(all, classes, rateAt(context.step, communicator.size * labels.length));
        if (communicator.size === 1) return;
        // The same on all to the last bit.
        for (const variable of Object.values(own))
          variable.assign(communicator.allReduce(tf.mul(variable, 1 / communicator.size)));
      });
      forget();
    },
    state: () => state,
    async restore(tensors) {
      checkSaved('onlineProbe.restore', state, tensors);
      const pick = (names: readonly string[]) => Object.fromEntries(names.map(name => [name, tensors[name]]));
      await method.restore(pick(Object.keys(method.state())));
      restoreVariables('onlineProbe.restore', own, pick(Object.keys(own)));
    },
    dispose() {
      forget();
      classifier.dispose();
      method.dispose();
    },
  };
}
