import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

let shared = new Float32Array(0);

/**
 * Makes an initializer start at zeros now, while the network's topology still says how its weights are drawn: a network
 * of the same topology is then an untrained one. All kernels lie in the same memory, since millions of weights that are
 * about to come from a file would first touch a hundred megabytes for nothing; backends copy what they calculate with.
 */
export function startingAtZeros<T extends ReturnType<typeof tfl.initializers.zeros>>(initializer: T): T {
  initializer.apply = given => {
    const shape = given.map(side => side ?? 0); // of weights all are known
    const size = tf.util.sizeFromShape(shape);
    if (shared.length < size) shared = new Float32Array(size);
    return tf.tensor(shared.subarray(0, size), shape);
  };
  return initializer;
}
