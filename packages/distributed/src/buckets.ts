import * as tf from '@tensorflow/tfjs-core';

/** Tensors of fewer numbers share a message with others. */
const SMALL = 2 ** 16;
/** A message of several tensors is sent once it has so many numbers: 4 MiB. */
const FULL = 2 ** 20;

/** Tensors that are summed by one message, by their places. */
type Bucket = readonly number[];

/** Who goes with whom, in the order of the tensors: each large one by itself, small ones together. */
export function bucketsOf(sizes: readonly number[]): Bucket[] {
  const buckets: Bucket[] = [];
  let [open, count]: [number[], number] = [[], 0];
  const close = (): void => {
    if (open.length > 0) buckets.push(open);
    [open, count] = [[], 0];
  };
  sizes.forEach((size, place) => {
    if (size >= SMALL) {
      buckets.push([place]);
      return;
    }
    open.push(place);
    count += size;
    if (count >= FULL) close();
  });
  close();
  return buckets;
}

/** The tensors of a bucket as one; the caller's. */
export function joined(tensors: readonly tf.Tensor[]): tf.Tensor {
  const [first, ...others] = tensors;
  if (others.length === 0) return tf.clone(first);
  return tf.tidy(() => tf.concat(tensors.map(tensor => tf.reshape(tensor, [tensor.size]))));
}

/** The tensors of a bucket, of their shapes, of what `joined` made of such; the caller's. Frees what it is given. */
export function parted(whole: tf.Tensor, shapes: readonly number[][]): tf.Tensor[] {
  if (shapes.length === 1) return [whole];
  const parts = tf.tidy(() => {
    const sizes = shapes.map(shape => tf.util.sizeFromShape(shape));
    return tf.split(whole, sizes).map((part, i) => tf.reshape(part, shapes[i]));
  });
  whole.dispose();
  return parts;
}
