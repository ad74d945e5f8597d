import * as tf from '@tensorflow/tfjs-core';
import {checkOptions} from '@contrastive/internal';
import {alone, type Communicator} from './communicator.js';
import {hasNormRelu, normRelu, plus, type After} from './norm-relu.js';
import {normalize, type OnStatistics} from './normalize.js';
import {checkBatch, normalizeSplits, refuseSplits, splitRules, type Split, type Splitting} from './splits.js';
import {StockBatchNormalization, type BatchNormConfig, type StockBatchNorm} from './stock-batch-norm.js';

/** The name under which the layer is registered and saved. */
export const className = 'ContrastiveBatchNorm';

/** The keys of the configuration that the stock layer lacks. */
export const ownKeys = ['splits', 'splitting', 'synchronized'] as const satisfies readonly (keyof Shared)[];

/** Whose statistics an image is normalised by. */
interface Shared extends Split {
  /** Whether they are those of the batches of all ranks. */
  readonly synchronized: boolean;
}

/** Configuration of the layer: what its `getConfig` gives. */
interface ContrastiveBatchNormConfig extends BatchNormConfig, Partial<Shared> {}

/**
 * Arguments of a call that reach every layer of ours through `model.apply(x, {training: true, …})`; give a new object
 * to each call.
 */
export interface BatchNormCall {
  /** Whether to normalise by the statistics of the batch; false by default, and then the others have no effect. */
  readonly training?: boolean;
  /** Whether the running statistics move, true by default. */
  readonly updateStatistics?: boolean;
  /** The number of groups, in the place of the layer's own. */
  readonly splits?: number;
  /** Which images share a group, in the place of the layer's own. */
  readonly splitting?: Splitting;
  /** The ranks that train together; a process by itself by default. */
  readonly communicator?: Communicator;
  /** Whether the statistics are those of the batches of all ranks, in the place of the layer's own. */
  readonly synchronized?: boolean;
}

/** The stock layer, with another training branch; weights, configuration and inference are the stock ones. */
class ContrastiveBatchNorm extends StockBatchNormalization {
  static override readonly className = className;
  readonly splits: number;
  readonly splitting: Splitting;
  readonly synchronized: boolean;
  /** Whether it normalises by the running statistics in training too, which then stay; not saved. */
  fixedStatistics = false;

  constructor(config: ContrastiveBatchNormConfig) {
    super({...config, axis: [config.axis ?? -1].flat()[0]}); // tf.keras 2 saves a list of one axis
    this.splits = config.splits ?? 1;
    this.splitting = config.splitting ?? 'interleaved';
    this.synchronized = config.synchronized ?? false;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {splits, splitting, synchronized} = this;
    return {...super.getConfig(), splits, splitting, synchronized};
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: BatchNormCall): tf.Tensor | tf.Tensor[] {
    if (kwargs.training !== true || this.fixedStatistics) return super.call(inputs, {...kwargs, training: false});
    return this.train(Array.isArray(inputs) ? inputs[0] : inputs, kwargs);
  }

  /**
   * What a call in training gives, with the sum and ReLU that follow it in a network.
   *
   * @param input `[n, …, c]`, or with the channels at another axis.
   * @returns Like `input`, the caller's.
   */
  train(input: tf.Tensor, kwargs: BatchNormCall, after: After = {}): tf.Tensor {
    const {splits = this.splits, splitting = this.splitting, updateStatistics = true} = kwargs;
    const {synchronized = this.synchronized, communicator = alone} = kwargs;
    const across = synchronized && communicator.size > 1; // the kernels know no ranks
    const where = `batchNorm '${this.name}'`;
    checkOptions(where, {splits, splitting}, splitRules);
    if (across) refuseSplits(where, splits);
    if (this.fixedStatistics) return this.byRunningStatistics(input, after);
    const last = input.rank - 1;
    const axis = this.axis < 0 ? this.axis + input.rank : this.axis;
    const order = [...input.shape.keys()].filter(one => one !== axis).concat(axis);
    checkBatch(
      where,
      order.map(one => input.shape[one]),
      splits,
    );
    const {shortcut, relu = false} = after;
    return tf.tidy(() => {
      const c = input.shape[axis];
      const gamma = (this.gamma?.read() ?? tf.ones([c])) as tf.Tensor1D;
      const beta = (this.beta?.read() ?? tf.zeros([c])) as tf.Tensor1D;
      const {movingMean, movingVariance, epsilon, momentum} = this;
      const alike = shortcut === undefined || tf.util.arraysEqual(shortcut.shape, input.shape);
      const finish = (y: tf.Tensor): tf.Tensor => {
        const sum = shortcut ? (alike ? plus(y, shortcut) : tf.add(y, shortcut)) : y;
        return relu ? tf.relu(sum) : sum;
      };
      if (splits === 1 && !across && axis === last && hasNormRelu()) {
        const [runningMean, runningVariance] = [movingMean.read(), movingVariance.read()];
        const norm = {gamma, beta, runningMean, runningVariance, epsilon, rate: updateStatistics ? 1 - momentum : 0};
        const {y, mean, variance} = normRelu(input, norm, alike ? after : {});
        if (updateStatistics) {
          movingMean.write(mean);
          movingVariance.write(variance);
        }
        return alike ? y : finish(y);
      }
      const moved = axis === last ? input : tf.transpose(input, order); // [n, …, c]
      const asItIs = input.rank === 2 || input.rank === 4;
      const x = asItIs ? moved : tf.reshape(moved, [moved.shape[0], -1, 1, c]);
      const onStatistics: OnStatistics = (mean, unbiasedVariance) => {
        this.move(movingMean, mean);
        this.move(movingVariance, unbiasedVariance);
      };
      const moves = updateStatistics ? onStatistics : undefined;
      const normalised = across
        ? communicator.normalize(x, gamma, beta, epsilon, moves)
        : splits === 1
          ? normalize(x, gamma, beta, epsilon, moves)
          : normalizeSplits(x, gamma, beta, epsilon, {splits, splitting}, moves);
      const y = asItIs ? normalised : tf.reshape(normalised, moved.shape);
      const back = [...order.keys()].map(one => order.indexOf(one));
      return finish(axis === last ? y : tf.transpose(y, back));
    });
  }

  /** What `train` gives where the statistics are fixed. */
  private byRunningStatistics(input: tf.Tensor, {shortcut, relu = false}: After): tf.Tensor {
    return tf.tidy(() => {
      const y = super.call(input, {training: false}) as tf.Tensor;
      const sum = shortcut ? tf.add(y, shortcut) : y;
      return relu ? tf.relu(sum) : sum;
    });
  }

  /** running ← running + (1 − momentum) · (batch − running). */
  private move(running: StockBatchNorm['movingMean'], batch: tf.Tensor): void {
    const value = running.read();
    running.write(tf.add(value, tf.mul(tf.sub(batch, value), 1 - this.momentum)));
  }
}

/** A layer of the class, with its training branch. */
export type TrainedNorm = StockBatchNorm & Pick<ContrastiveBatchNorm, 'train' | 'fixedStatistics'>;

type Factory = (config: ContrastiveBatchNormConfig) => StockBatchNorm;

/**
 * The class is registered once in a process: a second evaluation of this module (another copy, a reload) takes the
 * first class.
 */
function registered(): Factory {
  const known = tf.serialization.SerializationMap.getMap().classNameMap[className] as unknown[] | undefined;
  if (known === undefined) tf.serialization.registerClass(ContrastiveBatchNorm);
  const Class = (known?.[0] ?? ContrastiveBatchNorm) as typeof ContrastiveBatchNorm;
  return config => new Class(config);
}

/** Makes a layer of the registered class from a full configuration. */
export const createBatchNorm = registered();
