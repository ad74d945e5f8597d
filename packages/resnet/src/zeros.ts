import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

let shared = new Float32Array(0);

/**
 * The stock initializer of zeros, whose kernels all lie in the same memory: a network of millions of weights that are
 * about to come from a file would first touch a hundred megabytes for nothing. Backends copy what they calculate with.
 */
export function sharedZeros(): ReturnType<typeof tfl.initializers.zeros> {
  const initializer = tfl.initializers.zeros();
  initializer.apply = given => {
    const shape = given.map(side => side ?? 0); // of weights all are known
    const size = tf.util.sizeFromShape(shape);
    if (shared.length < size) shared = new Float32Array(size);
    return tf.tensor(shared.subarray(0, size), shape);
  };
  return initializer;
}
