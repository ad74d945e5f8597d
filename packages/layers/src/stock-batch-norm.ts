import type * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** Configuration of a BatchNormalization layer: what its `getConfig` gives. */
export type BatchNormConfig = NonNullable<Parameters<typeof tfl.layers.batchNormalization>[0]>;

/** The parts of the stock BatchNormalization layer that a subclass works with; tfjs keeps them out of its types. */
export interface StockBatchNorm extends tfl.layers.Layer {
  readonly axis: number;
  /** Fraction of the running statistics that a step keeps. */
  readonly momentum: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  /** `[c]`, absent without `scale`. */
  readonly gamma?: tfl.LayerVariable;
  /** `[c]`, absent without `center`. */
  readonly beta?: tfl.LayerVariable;
  /** `[c]`. */
  readonly movingMean: tfl.LayerVariable;
  /** `[c]`. */
  readonly movingVariance: tfl.LayerVariable;
}

/** The class of the stock layer. */
export interface StockBatchNormClass {
  new (config: BatchNormConfig): StockBatchNorm;
  className: string;
  fromConfig: tf.serialization.FromConfigMethod<StockBatchNorm>;
}

/**
 * The stock BatchNormalization class, which tfjs exports only through its factory. The name keeps the counter of
 * automatic layer names as it is.
 */
export const StockBatchNormalization = tfl.layers.batchNormalization({name: 'stock'})
  .constructor as StockBatchNormClass;
