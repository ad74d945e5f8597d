import * as tf from '@tensorflow/tfjs-core';

/** The numbers of a tensor, by its data type. */
type Numbers = Float32Array | Int32Array | Uint8Array;

const arrays = {float32: Float32Array, int32: Int32Array, bool: Uint8Array} as const;

/** A data type whose numbers can be sent. */
type SentType = keyof typeof arrays;

const isSent = (dtype: string): dtype is SentType => Object.hasOwn(arrays, dtype);

function checked(where: string, {dtype, shape}: Pick<tf.Tensor, 'dtype' | 'shape'>): SentType {
  if (isSent(dtype)) return dtype;
  throw new TypeError(
    `${where}: expected float32, int32 or bool to send to other ranks, got ${dtype} [${shape.join(', ')}]; cast it.`,
  );
}

/** Reads a tensor. On some backends these are its own numbers, so they must stay as they are. */
export function bytesOf(where: string, tensor: tf.Tensor): Uint8Array {
  checked(where, tensor);
  const {buffer, byteOffset, byteLength}: Numbers = tensor.dataSync();
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Room for the numbers of a tensor, and what makes the tensor of them. */
export function room(
  where: string,
  {shape, dtype}: Pick<tf.Tensor, 'dtype' | 'shape'>,
): {readonly bytes: Uint8Array; readonly tensor: () => tf.Tensor} {
  const type = checked(where, {shape, dtype});
  const values = new arrays[type](tf.util.sizeFromShape(shape));
  const {buffer, byteOffset, byteLength} = values;
  return {bytes: new Uint8Array(buffer, byteOffset, byteLength), tensor: () => tf.tensor(values, shape, type)};
}
