import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import {normalize} from './normalize.js';
import {StockBatchNormalization, type BatchNormConfig, type StockBatchNorm} from './stock-batch-norm.js';

/** The name under which the layer is registered and saved. */
export const className = 'ContrastiveBatchNorm';

/** Arguments that reach every layer through `model.apply(x, kwargs)`. */
interface CallArguments {
  readonly training?: boolean;
  readonly updateStatistics?: boolean;
}

/** The stock layer, with another training branch; weights, configuration and inference are the stock ones. */
class ContrastiveBatchNorm extends StockBatchNormalization {
  static override readonly className = className;

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const shape = inputShape as (number | null)[];
    const rank = shape.length;
    if (rank !== 2 && rank !== 4) {
      throw new RangeError(`batchNorm '${this.name}': expected an input of rank 2 or 4, got shape [${shape.join(', ')}]; reshape it first`);
    }
    if (this.axis !== -1 && this.axis !== rank - 1) {
      throw new RangeError(`batchNorm '${this.name}': expected the channels last (axis -1), got axis ${this.axis}; use the stock layer for other axes`);
    }
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor | tf.Tensor[] {
    if (kwargs.training !== true) return super.call(inputs, kwargs);
    const x = Array.isArray(inputs) ? inputs[0] : inputs; // [n, c] or [n, h, w, c]
    const c = this.movingMean.shape[0] ?? 0;
    if (x.size < 2 * c) {
      throw new RangeError(
        `batchNorm '${this.name}': training needs at least two values a channel, got shape [${x.shape.join(', ')}]; use a larger batch`,
      );
    }
    return tf.tidy(() => {
      const gamma = (this.gamma?.read() ?? tf.ones([c])) as tf.Tensor1D;
      const beta = (this.beta?.read() ?? tf.zeros([c])) as tf.Tensor1D;
      if (kwargs.updateStatistics === false) return normalize(x, gamma, beta, this.epsilon);
      return normalize(x, gamma, beta, this.epsilon, (mean, unbiasedVariance) => {
        this.move(this.movingMean, mean);
        this.move(this.movingVariance, unbiasedVariance);
      });
    });
  }

  /** running ← running + (1 − momentum) · (batch − running). */
  private move(running: StockBatchNorm['movingMean'], batch: tf.Tensor): void {
    const value = running.read();
    running.write(tf.add(value, tf.mul(tf.sub(batch, value), 1 - this.momentum)));
  }
}

type Factory = (config: BatchNormConfig) => StockBatchNorm;

/** The class is registered once in a process: a second evaluation of this module (another copy, a reload) takes the first class. */
function registered(): Factory {
  const known = tf.serialization.SerializationMap.getMap().classNameMap[className] as unknown[] | undefined;
  if (known === undefined) tf.serialization.registerClass(ContrastiveBatchNorm);
  const Class = (known?.[0] ?? ContrastiveBatchNorm) as typeof ContrastiveBatchNorm;
  return config => new Class(config);
}

/** Makes a layer of the registered class from a full configuration. */
export const createBatchNorm = registered();
