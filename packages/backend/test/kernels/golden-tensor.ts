import * as tf from '@tensorflow/tfjs-core';

/** A tensor as the golden files hold it. */
export interface GoldenTensor {
  readonly shape: number[];
  readonly values: number[];
}

/** The golden values as a float32 tensor of the backend in use. */
export const tensorOf = <R extends tf.Rank = tf.Rank>({shape, values}: GoldenTensor): tf.Tensor<R> =>
  tf.tensor<R>(values, shape as tf.ShapeMap[R]);
